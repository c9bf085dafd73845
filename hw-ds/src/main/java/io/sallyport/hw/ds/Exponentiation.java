package io.sallyport.hw.ds;

import java.util.Arrays;

/**
 * X to the power of Y modulo M, by Montgomery's multiplication and a window of four bits. Neither
 * branches nor addresses depend on Y or X, so that the time does not tell them: without the public
 * exponent, which the parameters do not hold, the base could not be blinded. Numbers are limbs of
 * 32 bits, least significant first. Everything is wiped at the end. Not thread-safe.
 */
final class Exponentiation implements AutoCloseable {
  private static final long MASK = 0xFFFF_FFFFL;
  private static final int WINDOW = 4;
  private static final int ENTRIES = 1 << WINDOW;

  private final int size;
  private final int[] modulus;
  private final int inverse;
  private final int[] product;
  private final int[] difference;
  private final int[] chosen;
  private final int[] power;
  private final int[][] table;

  /**
   * Begins.
   *
   * @param modulus M, odd
   * @param inverse M': minus the inverse of M, modulo 2 to the 32nd
   */
  Exponentiation(int[] modulus, int inverse) {
    this.size = modulus.length;
    this.modulus = modulus;
    this.inverse = inverse;
    this.product = new int[size + 2];
    this.difference = new int[size];
    this.chosen = new int[size];
    this.power = new int[size];
    this.table = new int[ENTRIES][size];
  }

  /**
   * Raises.
   *
   * @param base X, smaller than M; overwritten by the result
   * @param exponent Y
   * @param square Rb: 2 to twice the bits of M, modulo M
   */
  void raise(int[] base, int[] exponent, int[] square) {
    int[] one = new int[size];
    one[0] = 1;
    multiply(table[0], one, square);
    multiply(table[1], base, square);
    for (int i = 2; i < ENTRIES; i++) {
      multiply(table[i], table[i - 1], table[1]);
    }
    System.arraycopy(table[0], 0, power, 0, size);
    for (int bit = exponent.length * Integer.SIZE - WINDOW; bit >= 0; bit -= WINDOW) {
      for (int i = 0; i < WINDOW; i++) {
        multiply(power, power, power);
      }
      choose(exponent[bit / Integer.SIZE] >>> (bit % Integer.SIZE) & (ENTRIES - 1));
      multiply(power, power, chosen);
    }
    multiply(base, power, one);
  }

  /** Reads the whole table, so that the cache does not tell which entry was wanted. */
  private void choose(int index) {
    Arrays.fill(chosen, 0);
    for (int i = 0; i < ENTRIES; i++) {
      int different = i ^ index;
      int mask = (different | -different) >> 31; // All ones unless it is the one.
      for (int j = 0; j < size; j++) {
        chosen[j] |= table[i][j] & ~mask;
      }
    }
  }

  /** Montgomery's product; the result may be a factor. */
  private void multiply(int[] result, int[] a, int[] b) {
    int[] t = product;
    Arrays.fill(t, 0);
    for (int i = 0; i < size; i++) {
      long factor = a[i] & MASK;
      long sum = 0;
      for (int j = 0; j < size; j++) {
        sum = (sum >>> 32) + factor * (b[j] & MASK) + (t[j] & MASK);
        t[j] = (int) sum;
      }
      sum = (sum >>> 32) + (t[size] & MASK);
      t[size] = (int) sum;
      t[size + 1] = (int) (sum >>> 32);

      long quotient = ((t[0] & MASK) * (inverse & MASK)) & MASK;
      sum = quotient * (modulus[0] & MASK) + (t[0] & MASK);
      for (int j = 1; j < size; j++) {
        sum = (sum >>> 32) + quotient * (modulus[j] & MASK) + (t[j] & MASK);
        t[j - 1] = (int) sum;
      }
      sum = (sum >>> 32) + (t[size] & MASK);
      t[size - 1] = (int) sum;
      t[size] = t[size + 1] + (int) (sum >>> 32);
    }
    long borrow = 0;
    for (int i = 0; i < size; i++) {
      borrow = (borrow >> 32) + (t[i] & MASK) - (modulus[i] & MASK);
      difference[i] = (int) borrow;
    }
    int keep = (int) ((borrow >> 32) + (t[size] & MASK)); // All ones when it was smaller.
    for (int i = 0; i < size; i++) {
      result[i] = (t[i] & keep) | (difference[i] & ~keep);
    }
  }

  @Override
  public void close() {
    Arrays.fill(product, 0);
    Arrays.fill(difference, 0);
    Arrays.fill(chosen, 0);
    Arrays.fill(power, 0);
    for (int[] entry : table) {
      Arrays.fill(entry, 0);
    }
  }
}
