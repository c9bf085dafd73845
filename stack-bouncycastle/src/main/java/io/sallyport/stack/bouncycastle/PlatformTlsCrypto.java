package io.sallyport.stack.bouncycastle;

import java.io.IOException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import org.bouncycastle.tls.crypto.Tls13Verifier;
import org.bouncycastle.tls.crypto.TlsStreamSigner;
import org.bouncycastle.tls.crypto.TlsStreamVerifier;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.jspecify.annotations.Nullable;

/**
 * Bouncy Castle's TLS cryptography with the Java platform's name for RSASSA-PSS: under Bouncy
 * Castle's own names the platform has none, and RSA certificates would not work in TLS 1.3.
 */
class PlatformTlsCrypto extends JcaTlsCrypto {
  PlatformTlsCrypto(PlatformHelper helper, SecureRandom keys, SecureRandom nonces) {
    super(helper, keys, nonces);
  }

  @Override
  protected TlsStreamSigner createStreamSigner(
      String algorithm,
      @Nullable AlgorithmParameterSpec parameter,
      PrivateKey key,
      boolean needsRandom)
      throws IOException {
    return super.createStreamSigner(
        PlatformHelper.signatureName(algorithm), parameter, key, needsRandom);
  }

  @Override
  protected TlsStreamVerifier createStreamVerifier(
      String algorithm, @Nullable AlgorithmParameterSpec parameter, byte[] signature, PublicKey key)
      throws IOException {
    return super.createStreamVerifier(
        PlatformHelper.signatureName(algorithm), parameter, signature, key);
  }

  @Override
  protected Tls13Verifier createTls13Verifier(
      String algorithm, @Nullable AlgorithmParameterSpec parameter, PublicKey key)
      throws IOException {
    return super.createTls13Verifier(PlatformHelper.signatureName(algorithm), parameter, key);
  }
}
