package io.sallyport.hw.ds;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** SHA-256, and HMAC with it, whose pads are wiped: those of {@code javax.crypto.Mac} are not. */
final class Sha256 {
  private static final int BLOCK = 64;
  private static final int LENGTH = 32;
  private static final byte INNER = 0x36;
  private static final byte OUTER = 0x5C;

  private Sha256() {}

  static MessageDigest create() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The Java platform has no SHA-256.", e);
    }
  }

  /**
   * HMAC (RFC 2104).
   *
   * @param key at most 64 bytes
   * @return 32 bytes, to be wiped by the caller
   */
  static byte[] hmac(byte[] key, byte[] message) {
    MessageDigest digest = create();
    byte[] pad = new byte[BLOCK];
    byte[] result = new byte[LENGTH];
    try {
      digest.update(fill(pad, key, INNER));
      digest.update(message);
      digest.digest(result, 0, LENGTH);
      digest.update(fill(pad, key, OUTER));
      digest.update(result);
      digest.digest(result, 0, LENGTH);
      return result;
    } catch (DigestException e) {
      throw new IllegalStateException(e);
    } finally {
      digest.reset();
      Arrays.fill(pad, (byte) 0);
    }
  }

  private static byte[] fill(byte[] pad, byte[] key, byte filler) {
    for (int i = 0; i < pad.length; i++) {
      pad[i] = (byte) ((i < key.length ? key[i] : 0) ^ filler);
    }
    return pad;
  }
}
