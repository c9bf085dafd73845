package io.sallyport.hw.atecc608a.simulator;

import java.util.HexFormat;

/** The configuration zone of a Trust&amp;GO part, as its owner has published it. */
final class PublishedConfig {
  private static final String HEX =
      "0123cfe100006002ef17f0b0010129006a000001850082008520852085208f46"
          + "8f0f9f8f0f0f8f0f0f8f0f8f0f8f0f0f0d1f0f0fffffffff00000000ffffffff"
          + "00000000000003f700697600000000000000000000000000ffff0e6000000000"
          + "5300530073007300730038007c001c003c001a001c0010001c00300012003000";

  /** From byte 16 on, of a TrustFLEX part. */
  private static final String FLEX = "6c00000185668200852085208520c646";

  /** KeyConfig of the slots 10 to 12 of a TrustFLEX part. */
  private static final String FLEX_KEYS = "3c0030003c00";

  private static final int SLOT_5 = 20 + 2 * 5;
  private static final int KEY_5 = 96 + 2 * 5;

  private PublishedConfig() {}

  static byte[] bytes() {
    return HexFormat.of().parseHex(HEX);
  }

  /** What differs on a TrustFLEX part; its slots are not locked one by one. */
  static void flex(byte[] config) {
    byte[] slots = HexFormat.of().parseHex(FLEX);
    System.arraycopy(slots, 0, config, 16, slots.length);
    byte[] keys = HexFormat.of().parseHex(FLEX_KEYS);
    System.arraycopy(keys, 0, config, 96 + 2 * 10, keys.length);
  }

  /**
   * Slot 5 of a Trust&amp;GO part holds its MAC address, which everybody may read and nobody write
   * (data sheet: "Certificate Storage"); the part with the dump is older, and has a secret there.
   */
  static void readableAddress(byte[] config) {
    config[SLOT_5] = 0x0F;
    config[SLOT_5 + 1] = (byte) 0x8F;
    config[KEY_5] = 0x1C;
    config[KEY_5 + 1] = 0;
  }
}
