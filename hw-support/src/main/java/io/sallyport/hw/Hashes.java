package io.sallyport.hw;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The platform's hash functions. */
final class Hashes {
  private Hashes() {}

  /** A hash that each Java platform has. */
  static MessageDigest of(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The Java platform has no " + name + ".", e);
    }
  }
}
