package io.sallyport.stack.bouncycastle;

import io.sallyport.tls.Identity;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.DefaultTlsCredentialedSigner;
import org.bouncycastle.tls.KeyExchangeAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsEd25519Signer;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsEd448Signer;
import org.bouncycastle.tls.crypto.impl.jcajce.JceDefaultTlsCredentialedDecryptor;
import org.jspecify.annotations.Nullable;

/** Own certificates and keys in Bouncy Castle's form. */
final class Credentials {
  private Credentials() {}

  /**
   * What signs for an identity.
   *
   * @param requestContext of a CertificateRequest in TLS 1.3, empty for a server's; null in TLS 1.2
   * @throws TlsFatalAlert handshake_failure when the peer takes none of the key's signatures
   */
  static TlsCredentials signer(
      TlsContext context,
      JcaTlsCrypto crypto,
      Identity identity,
      Vector<?> offered,
      byte @Nullable [] requestContext)
      throws IOException {
    boolean tls13 = requestContext != null;
    Optional<SignatureAndHashAlgorithm> algorithm =
        SignatureSchemes.choose(identity.certificate().getPublicKey(), offered, tls13);
    if (algorithm.isEmpty()) {
      throw new TlsFatalAlert(
          AlertDescription.handshake_failure,
          "The peer takes no signature that the key of " + identity + " can make");
    }
    TlsCryptoParameters parameters = new TlsCryptoParameters(context);
    Certificate certificate = certificate(crypto, identity, requestContext);
    PrivateKey key = identity.privateKey();
    return switch (SignatureScheme.from(algorithm.get())) {
      case SignatureScheme.ed25519 ->
          new DefaultTlsCredentialedSigner(
              parameters, new JcaTlsEd25519Signer(crypto, key), certificate, algorithm.get());
      case SignatureScheme.ed448 ->
          new DefaultTlsCredentialedSigner(
              parameters, new JcaTlsEd448Signer(crypto, key), certificate, algorithm.get());
      default ->
          new JcaDefaultTlsCredentialedSigner(
              parameters, crypto, key, certificate, algorithm.get());
    };
  }

  /**
   * Whether a key is for EdDSA. The Java platform calls the algorithm of all such keys so, where
   * Bouncy Castle's JSSE expects the name of the curve.
   */
  static boolean isEdwards(PublicKey key) {
    return key.getAlgorithm().startsWith("Ed");
  }

  /** What decrypts the premaster secret for the key exchange RSA of TLS 1.2. */
  static TlsCredentials decryptor(JcaTlsCrypto crypto, Identity identity) throws IOException {
    return new JceDefaultTlsCredentialedDecryptor(
        crypto, certificate(crypto, identity, null), identity.privateKey());
  }

  /** Whether a server with this key can use a key exchange of TLS 1.2. */
  static boolean suits(int keyExchange, PublicKey key) {
    return switch (keyExchange) {
      case KeyExchangeAlgorithm.ECDHE_ECDSA -> key.getAlgorithm().equals("EC") || isEdwards(key);
      case KeyExchangeAlgorithm.ECDHE_RSA, KeyExchangeAlgorithm.DHE_RSA ->
          key.getAlgorithm().startsWith("RSA"); // RSASSA-PSS too.
      case KeyExchangeAlgorithm.RSA -> key.getAlgorithm().equals("RSA");
      default -> false;
    };
  }

  private static Certificate certificate(
      JcaTlsCrypto crypto, Identity identity, byte @Nullable [] requestContext) throws IOException {
    int length = identity.chain().size();
    TlsCertificate[] chain = new TlsCertificate[length];
    CertificateEntry[] entries = new CertificateEntry[length];
    for (int i = 0; i < length; i++) {
      chain[i] = crypto.createCertificate(encoded(identity.chain().get(i)));
      entries[i] = new CertificateEntry(chain[i], null);
    }
    return requestContext == null
        ? new Certificate(chain)
        : new Certificate(requestContext, entries);
  }

  /** A chain that was sent, as the Java platform has it. */
  static X509Certificate[] chain(@Nullable Certificate sent) throws IOException {
    if (sent == null) {
      return new X509Certificate[0];
    }
    X509Certificate[] chain = new X509Certificate[sent.getLength()];
    for (int i = 0; i < chain.length; i++) {
      chain[i] = X509.read(sent.getCertificateAt(i).getEncoded());
    }
    return chain;
  }

  static byte[] encoded(X509Certificate certificate) throws IOException {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new TlsFatalAlert(AlertDescription.internal_error, e);
    }
  }

  /** How the peer authenticates, in the words that trust managers know. */
  static String authType(TlsContext context) {
    if (TlsUtils.isTLSv13(context)) {
      return "UNKNOWN";
    }
    return switch (context.getSecurityParametersHandshake().getKeyExchangeAlgorithm()) {
      case KeyExchangeAlgorithm.ECDHE_ECDSA -> "ECDHE_ECDSA";
      case KeyExchangeAlgorithm.ECDHE_RSA -> "ECDHE_RSA";
      case KeyExchangeAlgorithm.DHE_RSA -> "DHE_RSA";
      case KeyExchangeAlgorithm.RSA -> "RSA";
      default -> "UNKNOWN";
    };
  }
}
