package io.sallyport.hw.ds;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The parameters in the clear, in one array that is wiped at the end: Y (the private exponent), M
 * (the modulus), Rb, digest, M', length, padding; numbers little-endian. ESP-IDF: {@code
 * esp_ds_p_data_t}, and the chips' technical reference manuals. Not thread-safe.
 */
final class DsPlain implements AutoCloseable {
  static final int DIGEST = 32;
  static final int PADDING = 8;
  private static final byte FILLER = 8;

  private final int number;
  private final byte[] bytes;

  /**
   * Takes over the bytes.
   *
   * @param number bytes of each big number
   */
  DsPlain(int number, byte[] bytes) {
    this.number = number;
    this.bytes = bytes;
  }

  byte[] bytes() {
    return bytes;
  }

  /** The first limbs of Y. */
  int[] exponent(int limbs) {
    return limbs(0, limbs);
  }

  int[] modulus(int limbs) {
    return limbs(number, limbs);
  }

  int[] square(int limbs) {
    return limbs(2 * number, limbs);
  }

  int inverse() {
    return integer(3 * number + DIGEST);
  }

  int length() {
    return integer(3 * number + DIGEST + Integer.BYTES);
  }

  private int integer(int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  private int[] limbs(int at, int count) {
    int[] limbs = new int[count];
    for (int i = 0; i < count; i++) {
      limbs[i] = integer(at + i * Integer.BYTES);
    }
    return limbs;
  }

  /** SHA-256 of Y, M, Rb, M', length and the initialisation vector. */
  byte[] digest(byte[] iv) {
    MessageDigest sha256 = Sha256.create();
    sha256.update(bytes, 0, 3 * number);
    sha256.update(bytes, 3 * number + DIGEST, 2 * Integer.BYTES);
    sha256.update(iv);
    byte[] digest = new byte[DIGEST];
    try {
      sha256.digest(digest, 0, DIGEST);
    } catch (DigestException e) {
      throw new IllegalStateException(e);
    }
    return digest;
  }

  boolean hasDigest(byte[] expected) {
    return MessageDigest.isEqual(
        expected, Arrays.copyOfRange(bytes, 3 * number, 3 * number + DIGEST));
  }

  void setDigest(byte[] digest) {
    System.arraycopy(digest, 0, bytes, 3 * number, DIGEST);
  }

  boolean isPadded() {
    boolean padded = true;
    for (int i = bytes.length - PADDING; i < bytes.length; i++) {
      padded &= bytes[i] == FILLER;
    }
    return padded;
  }

  void pad() {
    Arrays.fill(bytes, bytes.length - PADDING, bytes.length, FILLER);
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
  }
}
