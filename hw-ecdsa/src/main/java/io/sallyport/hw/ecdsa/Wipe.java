package io.sallyport.hw.ecdsa;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Memory for what must not outlive an operation: zeroed at the end. Not thread-safe. */
final class Wipe implements AutoCloseable {
  private final List<int[]> limbs = new ArrayList<>();
  private final List<byte[]> bytes = new ArrayList<>();

  /** A number of so many limbs, zero. */
  int[] limbs(int count) {
    int[] number = new int[count];
    limbs.add(number);
    return number;
  }

  /** So many bytes, zero. */
  byte[] bytes(int count) {
    return bytes(new byte[count]);
  }

  /** Takes over an array from elsewhere. */
  byte[] bytes(byte[] secret) {
    bytes.add(secret);
    return secret;
  }

  @Override
  public void close() {
    limbs.forEach(number -> Arrays.fill(number, 0));
    bytes.forEach(secret -> Arrays.fill(secret, (byte) 0));
  }
}
