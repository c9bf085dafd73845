package io.sallyport.hw.atecc608a.simulator;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * SHA-256 (FIPS 180-4) or HMAC with it (RFC 2104), block by block, whose state between two blocks
 * can be taken out and put back, which the platform's cannot. Not thread-safe.
 */
final class HashRun {
  /** What can be taken out: the hash value and how many bytes it is of. */
  static final int CONTEXT = 8 * Integer.BYTES + Long.BYTES;

  static final int BLOCK = 64;
  private static final int WORDS = 64;
  private static final int DIGEST = 32;

  private final int[] state;
  private final Optional<byte[]> hmacKey;
  private long length;

  private HashRun(int[] state, long length, Optional<byte[]> hmacKey) {
    this.state = state;
    this.length = length;
    this.hmacKey = hmacKey;
  }

  static HashRun plain() {
    return new HashRun(Constants.START.clone(), 0, Optional.empty());
  }

  /** HMAC with a key of at most 64 bytes. */
  static HashRun hmac(byte[] key) {
    HashRun run = new HashRun(Constants.START.clone(), 0, Optional.of(key.clone()));
    run.block(pad(key, 0x36));
    return run;
  }

  /** Goes on where another one was; empty when that is no context. */
  static Optional<HashRun> of(byte[] context) {
    if (context.length != CONTEXT) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(context);
    int[] state = new int[8];
    for (int i = 0; i < state.length; i++) {
      state[i] = in.getInt();
    }
    long length = in.getLong();
    return length >= 0 && length % BLOCK == 0
        ? Optional.of(new HashRun(state, length, Optional.empty()))
        : Optional.empty();
  }

  private static byte[] pad(byte[] key, int with) {
    byte[] padded = Arrays.copyOf(key, BLOCK);
    for (int i = 0; i < BLOCK; i++) {
      padded[i] ^= (byte) with;
    }
    return padded;
  }

  /** Its state; empty for an HMAC, whose key must not leave. */
  Optional<byte[]> context() {
    if (hmacKey.isPresent()) {
      return Optional.empty();
    }
    ByteBuffer out = ByteBuffer.allocate(CONTEXT);
    for (int word : state) {
      out.putInt(word);
    }
    return Optional.of(out.putLong(length).array());
  }

  /** 64 bytes. */
  void block(byte[] bytes) {
    length += BLOCK;
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int[] w = new int[WORDS];
    for (int t = 0; t < WORDS; t++) {
      w[t] =
          t < 16
              ? in.getInt()
              : small(w[t - 2], 17, 19, 10) + w[t - 7] + small(w[t - 15], 7, 18, 3) + w[t - 16];
    }
    int[] s = state.clone();
    for (int t = 0; t < WORDS; t++) {
      int choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
      int majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
      int first = s[7] + big(s[4], 6, 11, 25) + choice + Constants.ROUNDS[t] + w[t];
      int second = big(s[0], 2, 13, 22) + majority;
      System.arraycopy(s, 0, s, 1, 7);
      s[4] += first;
      s[0] = first + second;
    }
    for (int i = 0; i < state.length; i++) {
      state[i] += s[i];
    }
  }

  private static int small(int word, int a, int b, int shift) {
    return Integer.rotateRight(word, a) ^ Integer.rotateRight(word, b) ^ (word >>> shift);
  }

  private static int big(int word, int a, int b, int c) {
    return Integer.rotateRight(word, a)
        ^ Integer.rotateRight(word, b)
        ^ Integer.rotateRight(word, c);
  }

  /** The digest, after the last bytes: fewer than 64. */
  byte[] end(byte[] rest) {
    byte[] inner = finish(rest);
    if (hmacKey.isEmpty()) {
      return inner;
    }
    HashRun outer = plain();
    outer.block(pad(hmacKey.get(), 0x5C));
    return outer.finish(inner);
  }

  private byte[] finish(byte[] rest) {
    long bits = (length + rest.length) * Byte.SIZE;
    int padded = rest.length + 1 + Long.BYTES <= BLOCK ? BLOCK : 2 * BLOCK;
    byte[] last = Arrays.copyOf(rest, padded);
    last[rest.length] = (byte) 0x80;
    ByteBuffer.wrap(last).putLong(padded - Long.BYTES, bits);
    for (int at = 0; at < padded; at += BLOCK) {
      block(Arrays.copyOfRange(last, at, at + BLOCK));
    }
    ByteBuffer out = ByteBuffer.allocate(DIGEST);
    for (int word : state) {
      out.putInt(word);
    }
    return out.array();
  }

  /**
   * The fractional parts of the roots of the first primes: FIPS 180-4, sections 4.2.2 and 5.3.3.
   */
  private static final class Constants {
    private static final int[] START = new int[8];
    private static final int[] ROUNDS = new int[WORDS];

    static {
      int found = 0;
      for (int candidate = 2; found < WORDS; candidate++) {
        if (isPrime(candidate)) {
          ROUNDS[found] = fraction(candidate, 3);
          if (found < START.length) {
            START[found] = fraction(candidate, 2);
          }
          found++;
        }
      }
    }

    private static boolean isPrime(int number) {
      for (int divisor = 2; divisor * divisor <= number; divisor++) {
        if (number % divisor == 0) {
          return false;
        }
      }
      return true;
    }

    /** 32 bits behind the point of a root, by bisection in whole numbers. */
    private static int fraction(int number, int root) {
      BigInteger scaled = BigInteger.valueOf(number).shiftLeft(Integer.SIZE * root);
      BigInteger low = BigInteger.ZERO;
      BigInteger high = BigInteger.ONE.shiftLeft(Integer.SIZE + 8);
      while (high.subtract(low).compareTo(BigInteger.ONE) > 0) {
        BigInteger middle = low.add(high).shiftRight(1);
        if (middle.pow(root).compareTo(scaled) <= 0) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return low.intValue();
    }
  }
}
