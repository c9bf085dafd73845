package io.sallyport.hw.ecdsa;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A chip with an ECDSA peripheral: where its BLOCK0 has what, and which curves it signs on. All
 * have the same registers: 512 bytes, key blocks 4 to 9, WR_DIS at bit 0 and RD_DIS at bit 32 of
 * BLOCK0. Facts: espefuse's efuse_defs, ESP-IDF's soc_caps.
 */
enum Chip {
  /** P-256 only. Block 9 cannot hold ECDSA keys: an error of the silicon. */
  ESP32_H2("esp32h2", 88, 4, -1, -1, -1, false, 8),
  /** P-256 and P-384. */
  ESP32_C5("esp32c5", 86, 5, -1, -1, 74, true, 9),
  /** From revision 3: P-256 and P-384; the purposes' fifth bits stand apart. */
  ESP32_P4("esp32p4", 88, 4, 155, 164, 73, true, 9),
  /** Before revision 3: P-256 only. */
  ESP32_P4_REV1("esp32p4-rev1", 88, 4, -1, -1, 73, false, 9);

  /** The first key block, KEY0. */
  static final int FIRST_BLOCK = 4;

  /** The last key block, KEY5. */
  static final int LAST_BLOCK = 9;

  private static final int WRITE_DISABLE_PURPOSE = 8;
  private static final int WRITE_DISABLE_KEY = 23;
  private static final int READ_DISABLE = 32;

  /** ECDSA_CURVE_MODE of the ESP32-H2. */
  private static final int CURVE_MODE_LOW = 59;

  private static final int CURVE_MODE_HIGH = 60;
  private static final int ONLY_P192 = 1;

  /** ECDSA_FORCE_USE_HARDWARE_K of the ESP32-H2, revisions before 1.2. */
  private static final int FORCE_USE_HARDWARE_K = 114;

  private final String label;
  private final int purposeStart;
  private final int purposeWidth;
  private final int fifthBitStart;
  private final int fifthBitLast;
  private final int keyManagerBit;
  private final boolean p384;
  private final int lastEcdsaBlock;

  Chip(
      String label,
      int purposeStart,
      int purposeWidth,
      int fifthBitStart,
      int fifthBitLast,
      int keyManagerBit,
      boolean p384,
      int lastEcdsaBlock) {
    this.label = label;
    this.purposeStart = purposeStart;
    this.purposeWidth = purposeWidth;
    this.fifthBitStart = fifthBitStart;
    this.fifthBitLast = fifthBitLast;
    this.keyManagerBit = keyManagerBit;
    this.p384 = p384;
    this.lastEcdsaBlock = lastEcdsaBlock;
  }

  /**
   * The chip of this name.
   *
   * @throws TlsException INVALID_ARG when there is none
   */
  static Chip of(String label) throws TlsException {
    for (Chip chip : values()) {
      if (chip.label.equals(label)) {
        return chip;
      }
    }
    throw new TlsException(
        TlsErrorCode.INVALID_ARG,
        "The chip '"
            + label
            + "' is not one of "
            + Arrays.stream(values()).map(Chip::toString).collect(Collectors.joining(", "))
            + "; correct 'chip' of the ECDSA peripheral.");
  }

  /** The bits of BLOCK0 that hold a key block's purpose, the least significant one first. */
  int[] purposeBits(int block) {
    int key = block - FIRST_BLOCK;
    boolean apart = fifthBitStart >= 0;
    int[] bits = new int[purposeWidth + (apart ? 1 : 0)];
    for (int i = 0; i < purposeWidth; i++) {
      bits[i] = purposeStart + purposeWidth * key + i;
    }
    if (apart) {
      bits[purposeWidth] = block == LAST_BLOCK ? fifthBitLast : fifthBitStart + key;
    }
    return bits;
  }

  /** The bit of BLOCK0 that keeps a key block's purpose as it is. */
  int purposeWriteDisableBit(int block) {
    return WRITE_DISABLE_PURPOSE + block - FIRST_BLOCK;
  }

  /** The bit of BLOCK0 that keeps a key block as it is. */
  int writeDisableBit(int block) {
    return WRITE_DISABLE_KEY + block - FIRST_BLOCK;
  }

  /** The bit of BLOCK0 that hides a key block from software. */
  int readDisableBit(int block) {
    return READ_DISABLE + block - FIRST_BLOCK;
  }

  /** Whether the peripheral can take a key from this key block. */
  boolean canSignFrom(int block) {
    return block <= lastEcdsaBlock;
  }

  /** Whether the peripheral computes on this curve, as the chip was made and its eFuses are. */
  boolean supports(Curve curve, EfuseImage image) {
    if (curve == Curve.P_256) {
      return this != ESP32_H2 || image.number(CURVE_MODE_LOW, CURVE_MODE_HIGH) != ONLY_P192;
    }
    return p384;
  }

  /** Whether the eFuses let the peripheral take keys from the key manager only. */
  boolean forcesKeyManager(EfuseImage image) {
    return keyManagerBit >= 0 && image.number(keyManagerBit) != 0;
  }

  /** Whether the eFuses allow no secret numbers but the random number generator's. */
  boolean forcesRandomNonce(EfuseImage image) {
    return this == ESP32_H2 && image.number(FORCE_USE_HARDWARE_K) != 0;
  }

  /** Its name in espefuse's {@code --chip}. */
  @Override
  public String toString() {
    return label;
  }
}
