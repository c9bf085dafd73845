package io.sallyport.hw;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Identity;
import io.sallyport.tls.KeyReference;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.Trust;
import io.sallyport.tls.key.HardwareKey;
import io.sallyport.tls.key.KeyProvider;
import io.sallyport.tls.stack.CaStoreOps;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.ClientSessionOps;
import io.sallyport.tls.stack.CryptoOps;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.TlsStackContext;
import io.sallyport.tls.stack.TlsStackOps;
import java.util.List;
import java.util.Optional;

/**
 * A plain stack on which every connection shows a provider's default key instead of the identity
 * that is configured. A configuration that names a hardware key itself keeps it. Thread-safe.
 */
final class KeyedStack implements TlsStackOps {
  private final KeyProvider provider;
  private final TlsStackOps plain;
  private final Capabilities capabilities;

  /**
   * Asks no device.
   *
   * @param restricted whether the default key goes with certain suites only
   */
  KeyedStack(KeyProvider provider, TlsStackOps plain, boolean restricted) {
    this.provider = provider;
    this.plain = plain;
    this.capabilities = restricted ? restricted(plain.capabilities()) : plain.capabilities();
  }

  /** Without the versions in which the plain stack would offer more suites than allowed. */
  private static Capabilities restricted(Capabilities all) {
    Capabilities.Builder left = Capabilities.builder();
    for (TlsVersion version : List.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3)) {
      for (Role role : Role.values()) {
        if (all.supports(Feature.CIPHER_SUITE_SELECTION, version, role)) {
          left.with(version, role, all.of(version, role).toArray(new Feature[0]));
        } else {
          left.without(
              version,
              role,
              Feature.HANDSHAKE,
              "the key goes with certain cipher suites only, and the stack below would offer more");
        }
        for (Feature feature : Feature.values()) {
          all.reason(feature, version, role)
              .ifPresent(reason -> left.without(version, role, feature, reason));
        }
      }
    }
    return left.build();
  }

  TlsStackOps plain() {
    return plain;
  }

  @Override
  public int version() {
    return OPS_VERSION;
  }

  @Override
  public String name() {
    return provider.name();
  }

  @Override
  public String libraryVersion() {
    return "on " + plain.name() + " " + plain.libraryVersion();
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public Optional<Identity> identity() throws TlsException {
    return Optional.of(defaultKey().identity());
  }

  private HardwareKey defaultKey() throws TlsException {
    return provider.key(KeyReference.of(provider.name()));
  }

  @Override
  public TlsStackContext prepare(TlsConfig config) throws TlsException {
    return plain.prepare(keyed(config));
  }

  private TlsConfig keyed(TlsConfig config) throws TlsException {
    boolean withoutCertificates =
        config.trust() instanceof Trust.PreShared
            || (config instanceof ClientConfig client && client.plainTcp());
    boolean hasHardwareKey =
        config.identity().filter(own -> own.privateKey().getFormat() == null).isPresent();
    if (withoutCertificates || hasHardwareKey) {
      return config;
    }
    HardwareKey key = defaultKey();
    List<CipherSuite> only = key.cipherSuitesOn(plain, config);
    return config instanceof ServerConfig server
        ? server.withOnlyIdentity(key.identity(), only)
        : config.withIdentity(key.identity(), only);
  }

  @Override
  public CaStoreOps caStore() {
    return plain.caStore();
  }

  @Override
  public List<CipherSuite> cipherSuites() {
    return plain.cipherSuites();
  }

  @Override
  public Optional<ClientSessionOps> clientSessions() {
    return plain.clientSessions();
  }

  @Override
  public Optional<CryptoOps> crypto() {
    return plain.crypto();
  }
}
