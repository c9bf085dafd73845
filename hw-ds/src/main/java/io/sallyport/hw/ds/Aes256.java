package io.sallyport.hw.ds;

import java.util.Arrays;

/**
 * AES-256 in CBC mode without padding (FIPS 197, SP 800-38A). The platform's cipher keeps copies of
 * its key that cannot be wiped; this one has none, and no table whose look-ups would tell the key
 * to the cache. Slow, which 1.5 kilobytes allow. Not thread-safe.
 */
final class Aes256 implements AutoCloseable {
  private static final int BLOCK = 16;
  private static final int ROUNDS = 14;
  private static final int KEY = 32;
  private static final int POLYNOMIAL = 0x1B;

  private final byte[] schedule = new byte[BLOCK * (ROUNDS + 1)];
  private final byte[] state = new byte[BLOCK];
  private final byte[] row = new byte[4];

  /** The key is copied; that copy is wiped at the end. */
  Aes256(byte[] key) {
    System.arraycopy(key, 0, schedule, 0, KEY);
    int constant = 1;
    for (int at = KEY; at < schedule.length; at += 4) {
      System.arraycopy(schedule, at - 4, row, 0, 4);
      if (at % KEY == 0) {
        byte first = row[0];
        for (int i = 0; i < 3; i++) {
          row[i] = substitute(row[i + 1]);
        }
        row[3] = substitute(first);
        row[0] ^= (byte) constant;
        constant = twice(constant);
      } else if (at % KEY == BLOCK) {
        for (int i = 0; i < 4; i++) {
          row[i] = substitute(row[i]);
        }
      }
      for (int i = 0; i < 4; i++) {
        schedule[at + i] = (byte) (schedule[at + i - KEY] ^ row[i]);
      }
    }
  }

  /** Decrypts in place; the length is a multiple of 16. */
  void decrypt(byte[] iv, byte[] bytes) {
    byte[] previous = iv.clone();
    byte[] current = new byte[BLOCK];
    for (int at = 0; at < bytes.length; at += BLOCK) {
      System.arraycopy(bytes, at, current, 0, BLOCK);
      System.arraycopy(bytes, at, state, 0, BLOCK);
      decryptBlock();
      for (int i = 0; i < BLOCK; i++) {
        bytes[at + i] = (byte) (state[i] ^ previous[i]);
      }
      System.arraycopy(current, 0, previous, 0, BLOCK);
    }
  }

  /** Encrypts in place; the length is a multiple of 16. */
  void encrypt(byte[] iv, byte[] bytes) {
    byte[] previous = iv.clone();
    for (int at = 0; at < bytes.length; at += BLOCK) {
      for (int i = 0; i < BLOCK; i++) {
        state[i] = (byte) (bytes[at + i] ^ previous[i]);
      }
      encryptBlock();
      System.arraycopy(state, 0, bytes, at, BLOCK);
      System.arraycopy(state, 0, previous, 0, BLOCK);
    }
  }

  private void encryptBlock() {
    addRoundKey(0);
    for (int round = 1; round <= ROUNDS; round++) {
      for (int i = 0; i < BLOCK; i++) {
        state[i] = substitute(state[i]);
      }
      for (int r = 1; r < 4; r++) {
        shift(r, r);
      }
      if (round < ROUNDS) {
        mix(2, 3, 1, 1);
      }
      addRoundKey(round);
    }
  }

  private void decryptBlock() {
    addRoundKey(ROUNDS);
    for (int round = ROUNDS - 1; round >= 0; round--) {
      for (int r = 1; r < 4; r++) {
        shift(r, 4 - r);
      }
      for (int i = 0; i < BLOCK; i++) {
        state[i] = restore(state[i]);
      }
      addRoundKey(round);
      if (round > 0) {
        mix(14, 11, 13, 9);
      }
    }
  }

  private void addRoundKey(int round) {
    for (int i = 0; i < BLOCK; i++) {
      state[i] ^= schedule[round * BLOCK + i];
    }
  }

  /** Turns a row of the state to the left. */
  private void shift(int which, int by) {
    for (int column = 0; column < 4; column++) {
      row[column] = state[which + 4 * ((column + by) % 4)];
    }
    for (int column = 0; column < 4; column++) {
      state[which + 4 * column] = row[column];
    }
  }

  /** Multiplies each column by the circulant matrix with this first row. */
  private void mix(int a, int b, int c, int d) {
    for (int at = 0; at < BLOCK; at += 4) {
      System.arraycopy(state, at, row, 0, 4);
      for (int i = 0; i < 4; i++) {
        state[at + i] =
            (byte)
                (product(a, row[i])
                    ^ product(b, row[(i + 1) % 4])
                    ^ product(c, row[(i + 2) % 4])
                    ^ product(d, row[(i + 3) % 4]));
      }
    }
  }

  private static int twice(int x) {
    return ((x << 1) ^ (-(x >>> 7 & 1) & POLYNOMIAL)) & 0xFF;
  }

  /** Product in GF(2^8), in a time that does not depend on the factors. */
  private static int product(int x, int y) {
    int sum = 0;
    int factor = x & 0xFF;
    for (int bit = 0; bit < Byte.SIZE; bit++) {
      sum ^= factor & -(y >>> bit & 1);
      factor = twice(factor);
    }
    return sum;
  }

  /** x to the 254th: the inverse, and zero for zero. */
  private static int inverse(int x) {
    int power = 1;
    int square = x & 0xFF;
    for (int bit = 1; bit < Byte.SIZE; bit++) { // 254 is all bits but the lowest.
      square = product(square, square);
      power = product(power, square);
    }
    return power;
  }

  private static byte substitute(byte x) {
    int y = inverse(x);
    return (byte) (y ^ turn(y, 1) ^ turn(y, 2) ^ turn(y, 3) ^ turn(y, 4) ^ 0x63);
  }

  private static byte restore(byte x) {
    int y = x & 0xFF;
    return (byte) inverse(turn(y, 1) ^ turn(y, 3) ^ turn(y, 6) ^ 0x05);
  }

  private static int turn(int x, int by) {
    return (x << by | x >>> (Byte.SIZE - by)) & 0xFF;
  }

  @Override
  public void close() {
    Arrays.fill(schedule, (byte) 0);
    Arrays.fill(state, (byte) 0);
    Arrays.fill(row, (byte) 0);
  }
}
