package io.sallyport.core.credential;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.sallyport.tls.TlsException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;

/** Inputs that were damaged at random, but the same on each run. */
final class Mutations {
  private Mutations() {}

  /** Something that reads bytes. */
  interface Reader {
    void read(byte[] bytes) throws TlsException;
  }

  /**
   * Reads damaged copies of this input.
   *
   * @return how many of them were refused
   */
  static int refused(byte[] good, int count, Reader reader) {
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < count; i++) {
      byte[] bad = damage(good, random);
      try {
        reader.read(bad);
      } catch (TlsException e) {
        assertFalse(e.getMessage().isBlank());
        refused++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("Not refused: " + Base64.getEncoder().encodeToString(bad), e);
      }
    }
    return refused;
  }

  private static byte[] damage(byte[] good, Random random) {
    byte[] bad = good.clone();
    switch (random.nextInt(4)) {
      case 0 -> bad = Arrays.copyOf(bad, random.nextInt(bad.length)); // cut
      case 1 -> bad = Arrays.copyOf(bad, bad.length + 1 + random.nextInt(40)); // longer
      case 2 -> random.nextBytes(bad); // nothing left
      default -> {}
    }
    for (int flips = random.nextInt(8) + 1; flips > 0 && bad.length > 0; flips--) {
      // Mostly near the beginning, where the lengths are.
      int place = random.nextInt(random.nextBoolean() ? Math.min(bad.length, 40) : bad.length);
      bad[place] = (byte) random.nextInt(256);
    }
    return bad;
  }
}
