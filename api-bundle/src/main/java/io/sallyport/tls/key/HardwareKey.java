package io.sallyport.tls.key;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.Identity;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.TlsStackOps;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

/**
 * A private key that stays in its device. Immutable, thread-safe.
 *
 * @param provider the name of the provider that holds it
 * @param id what the provider calls it: a slot, a block, a label; not empty
 * @param privateKey the opaque key: {@link PrivateKey#getEncoded} is null, and only the provider's
 *     JCA provider signs with it
 * @param publicKey its public half
 * @param certificates leaf first; empty where the device holds none and none was configured
 * @param cipherSuites the only suites to offer with it; empty for any
 */
public record HardwareKey(
    String provider,
    String id,
    PrivateKey privateKey,
    PublicKey publicKey,
    List<X509Certificate> certificates,
    List<CipherSuite> cipherSuites) {
  /** Copies the lists. */
  public HardwareKey {
    certificates = List.copyOf(certificates);
    cipherSuites = List.copyOf(cipherSuites);
  }

  /**
   * The key with its own certificates.
   *
   * @throws TlsException SSL_CONF_OWN_CERT_FAILED when it has none or they are for another key
   */
  public Identity identity() throws TlsException {
    return identity(certificates);
  }

  /**
   * The key with other certificates.
   *
   * @param chain leaf first
   * @throws TlsException SSL_CONF_OWN_CERT_FAILED when there is none or the leaf is for another key
   */
  public Identity identity(List<X509Certificate> chain) throws TlsException {
    if (chain.isEmpty()) {
      throw new TlsException(
          TlsErrorCode.SSL_CONF_OWN_CERT_FAILED,
          this + " has no certificate; configure one with the provider or with the connection.");
    }
    if (!Arrays.equals(chain.get(0).getPublicKey().getEncoded(), publicKey.getEncoded())) {
      throw new TlsException(
          TlsErrorCode.SSL_CONF_OWN_CERT_FAILED,
          "The certificate of '"
              + chain.get(0).getSubjectX500Principal().getName()
              + "' is not for "
              + this
              + "; give the certificate that was issued for this key.");
    }
    return Identity.of(chain, privateKey);
  }

  /**
   * The suites to offer with it on a stack: those of the versions in which the stack lets itself be
   * told; in the others it would offer more.
   *
   * @param stack the stack
   * @param config what the suites are for
   * @return empty for any
   * @throws TlsException NOT_SUPPORTED when that leaves none for a version that is allowed
   */
  public List<CipherSuite> cipherSuitesOn(TlsStackOps stack, TlsConfig config) throws TlsException {
    Role role = config instanceof ServerConfig ? Role.SERVER : Role.CLIENT;
    List<CipherSuite> selectable =
        cipherSuites.stream()
            .filter(
                suite ->
                    stack
                        .capabilities()
                        .supports(Feature.CIPHER_SUITE_SELECTION, suite.version(), role))
            .toList();
    for (CipherSuite suite : cipherSuites) {
      boolean left =
          selectable.stream().anyMatch(other -> config.version().allows(other.version()));
      if (config.version().allows(suite.version()) && !left) {
        throw new TlsException(
            TlsErrorCode.NOT_SUPPORTED,
            this
                + " goes with "
                + suite
                + " only, but stack "
                + stack.name()
                + " cannot be told which suites of "
                + suite.version().protocol()
                + " to offer; choose another stack or version, or let the provider allow any.");
      }
    }
    return selectable;
  }

  @Override
  public String toString() {
    return publicKey.getAlgorithm() + " key '" + id + "' of " + provider;
  }
}
