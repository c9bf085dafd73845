package io.sallyport.launcher.demo;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Counts and digests the bytes at one end of a stream. Confined to one thread until it is done. */
final class StreamDigest {
  private final MessageDigest digest;
  private long bytes;

  StreamDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  void add(byte[] source, int offset, int length) {
    digest.update(source, offset, length);
    bytes += length;
  }

  /** What passed; the digest begins anew afterwards. */
  Passed passed() {
    return new Passed(bytes, HexFormat.of().formatHex(digest.digest()));
  }

  /**
   * What passed one end of a stream.
   *
   * @param bytes how many
   * @param sha256 their digest in hexadecimal digits
   */
  record Passed(long bytes, String sha256) {}
}
