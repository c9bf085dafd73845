package io.sallyport.hw.ecdsa;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;

/**
 * How a private key lies in its blocks: with its bytes reversed, P-384 with zeros before it, its
 * last 32 bytes in the low block and the rest in the high one.
 */
final class KeyLayout {
  private KeyLayout() {}

  /**
   * Reads a key as the peripheral does.
   *
   * @param memory holds the result, and whatever else is secret
   * @return big-endian, as long as the curve's order
   * @throws TlsException INVALID_ARG when the blocks hold no such key
   */
  static byte[] read(Efuses efuses, KeyBlocks blocks, Wipe memory) throws TlsException {
    int length = blocks.curve().length();
    byte[] key = memory.bytes(length);
    byte[] block = memory.bytes(EfuseImage.BLOCK);
    if (blocks.high().isEmpty()) {
      efuses.key(blocks.low(), KeyPurpose.ECDSA_KEY_P256, block);
      reverse(block, 0, key, 0, length);
      return key;
    }
    efuses.key(blocks.low(), KeyPurpose.ECDSA_KEY_P384_L, block);
    int rest = length - EfuseImage.BLOCK;
    reverse(block, 0, key, rest, EfuseImage.BLOCK);
    efuses.key(blocks.high().getAsInt(), KeyPurpose.ECDSA_KEY_P384_H, block);
    reverse(block, 0, key, 0, rest);
    int beyond = 0;
    for (int i = rest; i < EfuseImage.BLOCK; i++) {
      beyond |= block[i];
    }
    if (beyond != 0) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The high half of the "
              + blocks
              + " has more than 16 bytes, so it is no P-384 key; burn a proper one.");
    }
    return key;
  }

  /**
   * Burns a key.
   *
   * @param key big-endian, as long as the curve's order
   * @throws TlsException when a block cannot take it; some may have changed then
   */
  static void burn(Efuses efuses, KeyBlocks blocks, byte[] key, Protection protection)
      throws TlsException {
    try (Wipe memory = new Wipe()) {
      byte[] low = memory.bytes(EfuseImage.BLOCK);
      int rest = key.length - EfuseImage.BLOCK;
      reverse(key, rest, low, 0, EfuseImage.BLOCK);
      if (blocks.high().isEmpty()) {
        efuses.burn(blocks.low(), KeyPurpose.ECDSA_KEY_P256, low, protection);
        return;
      }
      byte[] high = memory.bytes(EfuseImage.BLOCK);
      reverse(key, 0, high, 0, rest);
      efuses.burn(blocks.low(), KeyPurpose.ECDSA_KEY_P384_L, low, protection);
      efuses.burn(blocks.high().getAsInt(), KeyPurpose.ECDSA_KEY_P384_H, high, protection);
    }
  }

  private static void reverse(byte[] from, int at, byte[] to, int where, int count) {
    for (int i = 0; i < count; i++) {
      to[where + i] = from[at + count - 1 - i];
    }
  }
}
