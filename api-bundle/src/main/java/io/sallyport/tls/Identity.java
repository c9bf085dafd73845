package io.sallyport.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.util.List;
import java.util.Objects;

/**
 * An own certificate chain and its private key. ESP-TLS: {@code clientcert_buf} + {@code
 * clientkey_buf}, {@code servercert_buf} + {@code serverkey_buf}, or a key in hardware.
 *
 * <p>Immutable. The key may be opaque ({@link PrivateKey#getEncoded()} is null): then it never
 * leaves its provider. {@link #toString} shows the subject only.
 */
public final class Identity {
  private final List<X509Certificate> chain;
  private final PrivateKey key;

  private Identity(List<X509Certificate> chain, PrivateKey key) {
    this.chain = chain;
    this.key = key;
  }

  /**
   * Joins a chain and its key. A software key is checked against the leaf certificate; an opaque
   * key is believed here and proved by the first handshake.
   *
   * @param chain leaf first, then its issuers; at least one
   * @param key the leaf's private key
   * @throws TlsException INVALID_ARG without a certificate, SSL_CONF_OWN_CERT_FAILED when key and
   *     certificate do not belong together
   */
  public static Identity of(List<X509Certificate> chain, PrivateKey key) throws TlsException {
    Objects.requireNonNull(key, "key");
    if (chain.isEmpty()) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG, "An identity needs at least one certificate; none was given.");
    }
    Identity identity = new Identity(List.copyOf(chain), key);
    identity.checkKeyMatches();
    return identity;
  }

  /** The certificates, leaf first. */
  public List<X509Certificate> chain() {
    return chain;
  }

  /** The leaf certificate. */
  public X509Certificate certificate() {
    return chain.get(0);
  }

  /** The private key, possibly opaque. */
  public PrivateKey privateKey() {
    return key;
  }

  private void checkKeyMatches() throws TlsException {
    PublicKey publicKey = certificate().getPublicKey();
    boolean matches;
    try {
      matches = matches(publicKey);
    } catch (GeneralSecurityException e) {
      throw new TlsException(
          TlsErrorCode.SSL_CONF_OWN_CERT_FAILED,
          "The private key cannot be used with the certificate of " + subject() + ".",
          e);
    }
    if (!matches) {
      throw new TlsException(
          TlsErrorCode.SSL_CONF_OWN_CERT_FAILED,
          "The private key does not belong to the certificate of "
              + subject()
              + "; give the key that the certificate was issued for.");
    }
  }

  private boolean matches(PublicKey publicKey) throws GeneralSecurityException {
    if (publicKey instanceof RSAKey rsaPublic && key instanceof RSAKey rsaPrivate) {
      BigInteger modulus = rsaPublic.getModulus();
      return modulus.equals(rsaPrivate.getModulus());
    }
    if (key.getEncoded() == null) {
      return true;
    }
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "Ed25519", "Ed448", "EdDSA" -> "EdDSA";
          case "RSA" -> "SHA256withRSA";
          case "RSASSA-PSS" -> "RSASSA-PSS";
          default -> key.getAlgorithm();
        };
    if (!sameFamily(publicKey)) {
      return false;
    }
    byte[] challenge =
        "key and certificate belong together".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key);
    signer.update(challenge);
    byte[] signature = signer.sign();
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(publicKey);
    verifier.update(challenge);
    try {
      return verifier.verify(signature);
    } catch (java.security.SignatureException e) {
      return false; // The encoding of another curve's signature.
    }
  }

  private boolean sameFamily(PublicKey publicKey) {
    String own = key.getAlgorithm();
    String other = publicKey.getAlgorithm();
    return own.equals(other) || (own.startsWith("Ed") && other.startsWith("Ed"));
  }

  private String subject() {
    return "'" + certificate().getSubjectX500Principal().getName() + "'";
  }

  @Override
  public String toString() {
    return "Identity[" + certificate().getSubjectX500Principal().getName() + "]";
  }
}
