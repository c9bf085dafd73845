package io.sallyport.hw.ecdsa;

import java.nio.ByteBuffer;

/**
 * A virtual eFuse file as espefuse addresses it: a register at an offset is the big-endian word
 * that ends so many bytes before the file's end. Independent of the code under test.
 */
final class VirtualFile {
  static final int WR_DIS = 0x2C;
  static final int RD_DIS = 0x30;
  private static final int BLOCK0 = 0x2C;
  private static final int CHECK_VALUE = 0x20;
  private static final int CONF = 0x1CC;
  private static final int READ_OP_CODE = 0x5AA5;

  private final ByteBuffer bytes = ByteBuffer.allocate(512);

  /** Sets bits of a register. */
  VirtualFile set(int register, int bits) {
    int at = 512 - register - 4;
    bytes.putInt(at, bytes.getInt(at) | bits);
    return this;
  }

  /** Sets a bit of BLOCK0. */
  VirtualFile bit(int bit) {
    return set(BLOCK0 + bit / 32 * 4, 1 << bit % 32);
  }

  /** Sets a field of BLOCK0. */
  VirtualFile field(int start, int width, int value) {
    for (int i = 0; i < width; i++) {
      if ((value >>> i & 1) != 0) {
        bit(start + i);
      }
    }
    return this;
  }

  /** Puts a number, big-endian, into a key block, where its bytes lie reversed. */
  VirtualFile key(int block, byte[] number) {
    int offset = 0x9C + 0x20 * (block - 4);
    bytes.put(512 - offset - number.length, number);
    return this;
  }

  /** What burning protects by default: purpose and key from being written. */
  VirtualFile writeProtect(int block) {
    return set(WR_DIS, 1 << (8 + block - 4) | 1 << (23 + block - 4));
  }

  VirtualFile readProtect(int block) {
    return set(RD_DIS, 1 << (block - 4));
  }

  /** What espefuse leaves behind when it ends. */
  VirtualFile remains() {
    return set(CONF, READ_OP_CODE)
        .set(CHECK_VALUE, 0x12345678)
        .set(CHECK_VALUE + 4, 0x9ABCDEF0)
        .set(CHECK_VALUE + 8, 0x0FEDCBA9);
  }

  byte[] bytes() {
    return bytes.array().clone();
  }
}
