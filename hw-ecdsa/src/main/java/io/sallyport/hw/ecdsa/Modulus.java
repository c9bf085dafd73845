package io.sallyport.hw.ecdsa;

import java.math.BigInteger;

/**
 * An odd, public modulus with what Montgomery's multiplication needs (Handbook of Applied
 * Cryptography, section 14.3.2). Numbers are limbs of 32 bits, least significant first. Immutable.
 */
final class Modulus {
  private final int[] limbs;
  private final int[] one;
  private final int[] square;
  private final int inverse;
  private final BigInteger inversion;

  Modulus(BigInteger value) {
    this.inversion = value.subtract(BigInteger.TWO);
    int size = (value.bitLength() + Integer.SIZE - 1) / Integer.SIZE;
    BigInteger radix = BigInteger.ONE.shiftLeft(size * Integer.SIZE);
    this.limbs = limbs(value, size);
    this.one = limbs(radix.mod(value), size);
    this.square = limbs(radix.multiply(radix).mod(value), size);
    BigInteger word = BigInteger.ONE.shiftLeft(Integer.SIZE);
    this.inverse = value.negate().modInverse(word).intValue();
  }

  private static int[] limbs(BigInteger number, int size) {
    int[] limbs = new int[size];
    for (int i = 0; i < size; i++) {
      limbs[i] = number.shiftRight(i * Integer.SIZE).intValue();
    }
    return limbs;
  }

  /** How many limbs a residue has. */
  int size() {
    return limbs.length;
  }

  /** How many bytes a residue has. */
  int length() {
    return limbs.length * Integer.BYTES;
  }

  /** A limb of the modulus. */
  int limb(int index) {
    return limbs[index];
  }

  /** Whether a bit of the modulus less two is set: the exponent that inverts. */
  boolean inversionBit(int index) {
    return inversion.testBit(index);
  }

  /** One in Montgomery's form. */
  int[] one() {
    return one.clone();
  }

  /** The factor that brings a number into Montgomery's form. */
  int[] square() {
    return square.clone();
  }

  /** Minus the inverse of the modulus, modulo 2 to the 32nd. */
  int inverse() {
    return inverse;
  }
}
