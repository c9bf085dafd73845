package io.sallyport.hw.ds;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * AES-256 in CBC mode without padding (FIPS 197, SP 800-38A). The platform's cipher keeps copies of
 * its key that cannot be wiped; this one has none, and no table whose look-ups would tell the key
 * to the cache: it computes them, eight bytes of the state at a time. Not thread-safe.
 */
final class Aes256 implements AutoCloseable {
  private static final int BLOCK = 16;
  private static final int ROUNDS = 14;
  private static final int KEY = 32;
  private static final int POLYNOMIAL = 0x1B;
  private static final int COLUMN = 4;

  /** A one in each of the eight bytes of a long: times a byte, that byte in each. */
  private static final long EACH = 0x0101_0101_0101_0101L;

  /** The same for the two columns in a long. */
  private static final long EACH_COLUMN = 0x0000_0001_0000_0001L;

  private final byte[] schedule = new byte[BLOCK * (ROUNDS + 1)];
  private final byte[] state = new byte[BLOCK];
  private final ByteBuffer lanes = ByteBuffer.wrap(state).order(ByteOrder.LITTLE_ENDIAN);
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
        constant = (int) twice(constant);
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
      for (int at = 0; at < BLOCK; at += Long.BYTES) {
        lanes.putLong(at, substitute(lanes.getLong(at)));
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
      for (int at = 0; at < BLOCK; at += Long.BYTES) {
        lanes.putLong(at, restore(lanes.getLong(at)));
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
    for (int at = 0; at < BLOCK; at += Long.BYTES) {
      long columns = lanes.getLong(at);
      lanes.putLong(
          at,
          product(EACH * a, columns)
              ^ product(EACH * b, below(columns, 1))
              ^ product(EACH * c, below(columns, 2))
              ^ product(EACH * d, below(columns, 3)));
    }
  }

  /** In place of each byte the one so many rows below it in its column. */
  private static long below(long columns, int rows) {
    int bits = Byte.SIZE * rows;
    long upper = EACH_COLUMN * (0xFFFF_FFFFL >>> bits);
    return (columns >>> bits & upper) | (columns << (Byte.SIZE * COLUMN - bits) & ~upper);
  }

  /** Each byte times x. */
  private static long twice(long bytes) {
    return ((bytes & EACH * 0x7F) << 1) ^ ((bytes >>> 7 & EACH) * POLYNOMIAL);
  }

  /** Products in GF(2^8) byte by byte, in a time that does not depend on the factors. */
  private static long product(long x, long y) {
    long sum = 0;
    long factor = x;
    for (int bit = 0; bit < Byte.SIZE; bit++) {
      sum ^= factor & (y >>> bit & EACH) * 0xFF;
      factor = twice(factor);
    }
    return sum;
  }

  /** Each byte to the 254th: its inverse, and zero for zero. */
  private static long inverse(long bytes) {
    long power = EACH;
    long square = bytes;
    for (int bit = 1; bit < Byte.SIZE; bit++) { // 254 is all bits but the lowest.
      square = product(square, square);
      power = product(power, square);
    }
    return power;
  }

  private static byte substitute(byte x) {
    return (byte) substitute((long) x);
  }

  private static long substitute(long bytes) {
    long y = inverse(bytes);
    return y ^ turn(y, 1) ^ turn(y, 2) ^ turn(y, 3) ^ turn(y, 4) ^ EACH * 0x63;
  }

  private static long restore(long bytes) {
    return inverse(turn(bytes, 1) ^ turn(bytes, 3) ^ turn(bytes, 6) ^ EACH * 0x05);
  }

  /** Turns each byte to the left. */
  private static long turn(long bytes, int by) {
    long low = EACH * (0xFF >>> (Byte.SIZE - by));
    return (bytes << by & ~low) | (bytes >>> (Byte.SIZE - by) & low);
  }

  @Override
  public void close() {
    Arrays.fill(schedule, (byte) 0);
    Arrays.fill(state, (byte) 0);
    Arrays.fill(row, (byte) 0);
  }
}
