package io.sallyport.stack.bouncycastle;

import java.security.NoSuchAlgorithmException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.NoSuchPaddingException;

/**
 * Finds ChaCha20-Poly1305 too, in Bouncy Castle's own form. Slower than the platform's AES-GCM, but
 * the only cipher with pre-shared keys that all stacks and OpenSSL share.
 */
final class CompleteHelper extends PlatformHelper {
  private static final String CHACHA20 = "ChaCha7539";
  private static final String POLY1305 = "Poly1305";

  @Override
  public Cipher createCipher(String algorithm)
      throws NoSuchAlgorithmException, NoSuchPaddingException {
    return algorithm.equals(CHACHA20)
        ? Cipher.getInstance(algorithm, own())
        : super.createCipher(algorithm);
  }

  @Override
  public Mac createMac(String algorithm) throws NoSuchAlgorithmException {
    return algorithm.equals(POLY1305)
        ? Mac.getInstance(algorithm, own())
        : super.createMac(algorithm);
  }
}
