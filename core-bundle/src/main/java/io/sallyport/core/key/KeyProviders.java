package io.sallyport.core.key;

import io.sallyport.tls.Identity;
import io.sallyport.tls.KeyReference;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.key.HardwareKey;
import io.sallyport.tls.key.KeyProvider;
import io.sallyport.tls.stack.TlsStackOps;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** The providers of hardware keys that are there. Thread-safe. */
public final class KeyProviders {
  private final List<KeyProvider> providers = new CopyOnWriteArrayList<>();

  /** A provider has appeared; of two with one name the earlier one counts. */
  public void add(KeyProvider provider) {
    providers.add(provider);
  }

  /** A provider has gone. */
  public void remove(KeyProvider provider) {
    providers.remove(provider);
  }

  /** The providers, in the order of their appearance. */
  public List<KeyProvider> all() {
    return List.copyOf(providers);
  }

  /**
   * Puts the identity in place of the reference to a hardware key. It may wait for the device.
   *
   * @param stack what the configuration will be prepared on
   * @return the configuration itself where it refers to none
   * @throws TlsException SE_FAILED when the provider is not there or its device does not answer;
   *     else what the provider has against the reference
   */
  public TlsConfig resolve(TlsConfig config, TlsStackOps stack) throws TlsException {
    Optional<KeyReference> reference = config.hardwareKey();
    if (reference.isEmpty()) {
      return config;
    }
    HardwareKey key = provider(reference.get()).key(reference.get());
    List<X509Certificate> certificates = reference.get().certificates();
    Identity identity = certificates.isEmpty() ? key.identity() : key.identity(certificates);
    return config.withIdentity(identity, key.cipherSuitesOn(stack, config));
  }

  private KeyProvider provider(KeyReference reference) throws TlsException {
    for (KeyProvider provider : providers) {
      if (provider.name().equals(reference.provider())) {
        return provider;
      }
    }
    String names = providers.stream().map(KeyProvider::name).collect(Collectors.joining(", "));
    throw new TlsException(
        TlsErrorCode.SE_FAILED,
        "The configuration uses "
            + reference
            + ", but there is no such provider of hardware keys; there are: "
            + (names.isEmpty() ? "none" : names)
            + ".");
  }
}
