package io.sallyport.hw.atecc608a.packet;

import java.util.Optional;

/**
 * The commands that the driver or the simulator knows, with their longest execution times in
 * milliseconds for each clock divider (ChipMode, bits 3 to 7).
 */
public enum Opcode {
  /** Reads a zone. */
  READ(0x02, 5, 5, 5),
  /** Writes a zone. */
  WRITE(0x12, 45, 45, 45),
  /** Sets TempKey or another buffer. */
  NONCE(0x16, 20, 20, 20),
  /** Locks a zone or a slot, for ever. */
  LOCK(0x17, 35, 35, 35),
  /** Gives random numbers. */
  RANDOM(0x1B, 23, 23, 23),
  /** Reads or counts up a monotonic counter. */
  COUNTER(0x24, 25, 25, 25),
  /** Tells about the chip. */
  INFO(0x30, 5, 5, 5),
  /** Makes a key, or gives its public half. */
  GENKEY(0x40, 115, 215, 653),
  /** Signs. */
  SIGN(0x41, 115, 220, 665),
  /** Agrees on a secret. */
  ECDH(0x43, 75, 172, 531),
  /** Verifies. */
  VERIFY(0x45, 105, 295, 1085),
  /** Hashes. */
  SHA(0x47, 36, 42, 75),
  /** Makes a digest of a key and what is known. */
  MAC(0x08, 55, 55, 55),
  /** Mixes what is stored into TempKey. */
  GENDIG(0x15, 25, 35, 35),
  /** Makes a key of another one. */
  DERIVEKEY(0x1C, 50, 50, 50),
  /** Writes the two extra bytes of the configuration. */
  UPDATEEXTRA(0x20, 10, 10, 10),
  /** Compares a digest of a key and what is known. */
  CHECKMAC(0x28, 40, 40, 40),
  /** Writes a private key. */
  PRIVWRITE(0x46, 50, 50, 50),
  /** Enciphers or deciphers a block. */
  AES(0x51, 27, 27, 27),
  /** Tests the chip. */
  SELFTEST(0x77, 250, 625, 2324);

  private static final int DIVIDER_MASK = 0xF8;
  private static final int DIVIDER_M1 = 0x28;
  private static final int DIVIDER_M2 = 0x68;

  private final int code;
  private final int m0;
  private final int m1;
  private final int m2;

  Opcode(int code, int m0, int m1, int m2) {
    this.code = code;
    this.m0 = m0;
    this.m1 = m1;
    this.m2 = m2;
  }

  /** The byte on the wire. */
  public int code() {
    return code;
  }

  /** The longest execution time in milliseconds, for a ChipMode byte. */
  public int millis(int chipMode) {
    return switch (chipMode & DIVIDER_MASK) {
      case DIVIDER_M1 -> m1;
      case DIVIDER_M2 -> m2;
      default -> m0;
    };
  }

  /** The command with this byte. */
  public static Optional<Opcode> of(int code) {
    for (Opcode opcode : values()) {
      if (opcode.code == code) {
        return Optional.of(opcode);
      }
    }
    return Optional.empty();
  }
}
