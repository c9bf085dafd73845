package io.sallyport.hw.ecdsa;

/**
 * Arithmetic with residues in Montgomery's form. Neither branches nor addresses depend on the
 * numbers, so that the time does not tell them. The results may be the arguments. Holds secrets
 * while it works; wiped at the end. Not thread-safe.
 */
final class Residues implements AutoCloseable {
  private static final long MASK = 0xFFFF_FFFFL;

  private final Wipe memory = new Wipe();
  private final Modulus modulus;
  private final int size;
  private final int[] limbs;
  private final int inverse;
  private final int[] square;
  private final int[] plainOne;
  private final int[] product;
  private final int[] base;

  Residues(Modulus modulus) {
    this.modulus = modulus;
    this.size = modulus.size();
    this.limbs = new int[size];
    for (int i = 0; i < size; i++) {
      limbs[i] = modulus.limb(i);
    }
    this.inverse = modulus.inverse();
    this.square = modulus.square();
    this.plainOne = new int[size];
    plainOne[0] = 1;
    this.product = memory.limbs(size + 2);
    this.base = memory.limbs(size);
  }

  /** A new zero, wiped with this. */
  int[] zero() {
    return memory.limbs(size);
  }

  /** Montgomery's product, by coarsely integrated operand scanning. */
  void multiply(int[] result, int[] a, int[] b) {
    int[] t = product;
    for (int i = 0; i < size + 2; i++) {
      t[i] = 0;
    }
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
      sum = quotient * (limbs[0] & MASK) + (t[0] & MASK);
      for (int j = 1; j < size; j++) {
        sum = (sum >>> 32) + quotient * (limbs[j] & MASK) + (t[j] & MASK);
        t[j - 1] = (int) sum;
      }
      sum = (sum >>> 32) + (t[size] & MASK);
      t[size - 1] = (int) sum;
      t[size] = t[size + 1] + (int) (sum >>> 32);
    }
    reduce(result, t, t[size]);
  }

  void add(int[] result, int[] a, int[] b) {
    long sum = 0;
    for (int i = 0; i < size; i++) {
      sum = (sum >>> 32) + (a[i] & MASK) + (b[i] & MASK);
      product[i] = (int) sum;
    }
    reduce(result, product, (int) (sum >>> 32));
  }

  void subtract(int[] result, int[] a, int[] b) {
    long difference = 0;
    for (int i = 0; i < size; i++) {
      difference = (difference >> 32) + (a[i] & MASK) - (b[i] & MASK);
      result[i] = (int) difference;
    }
    int borrowed = (int) (difference >> 32); // All ones when a was the smaller.
    long sum = 0;
    for (int i = 0; i < size; i++) {
      sum = (sum >>> 32) + (result[i] & MASK) + (limbs[i] & borrowed & MASK);
      result[i] = (int) sum;
    }
  }

  /** Takes the modulus away once, if the number with its carry is not smaller. */
  private void reduce(int[] result, int[] number, int carry) {
    long difference = 0;
    for (int i = 0; i < size; i++) {
      difference = (difference >> 32) + (number[i] & MASK) - (limbs[i] & MASK);
      base[i] = (int) difference;
    }
    int keep = (int) ((difference >> 32) + (carry & MASK)); // All ones when it was smaller.
    for (int i = 0; i < size; i++) {
      result[i] = (number[i] & keep) | (base[i] & ~keep);
    }
  }

  /** The inverse by Fermat's little theorem; zero for zero. The modulus must be prime. */
  void invert(int[] result, int[] number) {
    int[] power = zero();
    int[] factor = zero();
    System.arraycopy(number, 0, factor, 0, size);
    System.arraycopy(modulus.one(), 0, power, 0, size);
    for (int bit = size * Integer.SIZE - 1; bit >= 0; bit--) {
      multiply(power, power, power);
      if (modulus.inversionBit(bit)) { // Public.
        multiply(power, power, factor);
      }
    }
    System.arraycopy(power, 0, result, 0, size);
  }

  /**
   * Reads a number, big-endian, as long as the modulus, into Montgomery's form. It may be as large
   * as its length allows.
   */
  void read(int[] result, byte[] bytes) {
    load(result, bytes);
    multiply(result, result, square);
  }

  /** Writes a number out of Montgomery's form, big-endian, as long as the modulus. */
  void write(byte[] bytes, int[] number) {
    int[] plain = zero();
    multiply(plain, number, plainOne);
    for (int i = 0; i < bytes.length; i++) {
      int byteIndex = bytes.length - 1 - i;
      bytes[i] = (byte) (plain[byteIndex / 4] >>> (8 * (byteIndex % 4)));
    }
  }

  /** Whether a number, big-endian, as long as the modulus, is from one to the modulus less one. */
  boolean isUnit(byte[] bytes) {
    int[] plain = zero();
    load(plain, bytes);
    long difference = 0;
    int any = 0;
    for (int i = 0; i < size; i++) {
      difference = (difference >> 32) + (plain[i] & MASK) - (limbs[i] & MASK);
      any |= plain[i];
    }
    int smaller = (int) (difference >> 32);
    int notZero = (any | -any) >> 31;
    return (smaller & notZero) != 0;
  }

  /** Whether all limbs are zero. */
  boolean isZero(int[] number) {
    int any = 0;
    for (int limb : number) {
      any |= limb;
    }
    return any == 0;
  }

  private void load(int[] result, byte[] bytes) {
    for (int i = 0; i < size; i++) {
      int at = bytes.length - 4 * i - 4;
      result[i] =
          (bytes[at] & 0xFF) << 24
              | (bytes[at + 1] & 0xFF) << 16
              | (bytes[at + 2] & 0xFF) << 8
              | (bytes[at + 3] & 0xFF);
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
