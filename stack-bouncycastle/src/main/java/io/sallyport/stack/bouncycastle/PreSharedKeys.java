package io.sallyport.stack.bouncycastle;

import io.sallyport.tls.PreSharedKey;
import io.sallyport.tls.TlsException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.PRFAlgorithm;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsSecret;

/** Keys as Bouncy Castle wants them. */
final class PreSharedKeys {
  private PreSharedKeys() {}

  /** The key with this identity. */
  static Optional<PreSharedKey> find(List<PreSharedKey> keys, byte[] identity) {
    return keys.stream()
        .filter(key -> Arrays.equals(key.identity().getBytes(StandardCharsets.UTF_8), identity))
        .findFirst();
  }

  /** Whether a suite of TLS 1.3 has the hash that external keys belong to. */
  static boolean suits(io.sallyport.tls.CipherSuite suite) {
    return suite.name().endsWith("_SHA256");
  }

  /** The key as a secret. */
  static TlsSecret secret(TlsCrypto crypto, PreSharedKey key) {
    byte[] bytes = new byte[1];
    try {
      bytes = key.key();
      return crypto.createSecret(bytes);
    } catch (TlsException e) {
      throw new IllegalStateException(e.getMessage(), e); // Ends this handshake, cleanly.
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** The hash that belongs to a suite of TLS 1.3. */
  static int prf(int cipherSuite) {
    return cipherSuite == CipherSuite.TLS_AES_256_GCM_SHA384
        ? PRFAlgorithm.tls13_hkdf_sha384
        : PRFAlgorithm.tls13_hkdf_sha256;
  }
}
