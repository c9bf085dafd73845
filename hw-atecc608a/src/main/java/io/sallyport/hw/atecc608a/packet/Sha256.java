package io.sallyport.hw.atecc608a.packet;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 by the platform. */
public final class Sha256 {
  private Sha256() {}

  /** The digest of all parts, one after the other. */
  public static byte[] of(byte[]... parts) {
    MessageDigest digest = start();
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }

  /** A digest that has just begun. */
  public static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The Java platform has no SHA-256.", e);
    }
  }
}
