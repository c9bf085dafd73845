package io.sallyport.hw.ecdsa;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * ECDSA (FIPS 186-5 section 6) in memory that is wiped. The Java platform's own would leave the
 * private key behind in BigIntegers, which cannot be. One operation at a time; not thread-safe.
 */
final class Ecdsa {
  private final Curve curve;
  private final SecureRandom random;

  Ecdsa(Curve curve, SecureRandom random) {
    this.curve = curve;
    this.random = random;
  }

  /** Whether this is a private key: from one to the order less one. */
  boolean isPrivateKey(byte[] number) {
    try (Residues order = new Residues(curve.order())) {
      return order.isUnit(number);
    }
  }

  /** Makes a private key, big-endian; the caller wipes it. */
  void generate(byte[] privateKey) {
    try (Nonces numbers = new RandomNonces(curve, random)) {
      numbers.next(privateKey);
    }
  }

  /** The public key's coordinates, big-endian: x, then y. */
  byte[] publicKey(byte[] privateKey) {
    try (Group group = new Group(curve)) {
      return group.coordinates(group.multiplyGenerator(privateKey, random));
    }
  }

  /**
   * Signs.
   *
   * @param privateKey big-endian, from one to the order less one
   * @param digest as long as the order
   * @return r and s, each as long as the order, big-endian
   */
  byte[] sign(byte[] privateKey, byte[] digest, Nonce source) {
    int length = curve.length();
    try (Wipe memory = new Wipe();
        Group group = new Group(curve);
        Residues order = new Residues(curve.order());
        Nonces nonces = source.begin(curve, privateKey, reduced(order, digest), random)) {
      byte[] nonce = memory.bytes(length);
      int[] key = order.zero();
      int[] hash = order.zero();
      int[] r = order.zero();
      int[] s = order.zero();
      int[] inverse = order.zero();
      order.read(key, privateKey);
      order.read(hash, digest);
      do {
        nonces.next(nonce);
        byte[] point = group.coordinates(group.multiplyGenerator(nonce, random));
        order.read(r, Arrays.copyOf(point, length));
        order.read(inverse, nonce);
        order.invert(inverse, inverse);
        order.multiply(s, r, key);
        order.add(s, s, hash);
        order.multiply(s, s, inverse);
      } while (order.isZero(r) || order.isZero(s));
      return joined(order, r, s);
    }
  }

  private static byte[] reduced(Residues order, byte[] digest) {
    int[] number = order.zero();
    order.read(number, digest);
    byte[] reduced = new byte[digest.length];
    order.write(reduced, number);
    return reduced;
  }

  private byte[] joined(Residues order, int[] r, int[] s) {
    byte[] half = new byte[curve.length()];
    order.write(half, r);
    byte[] both = Arrays.copyOf(half, 2 * half.length);
    order.write(half, s);
    System.arraycopy(half, 0, both, half.length, half.length);
    return both;
  }
}
