package io.sallyport.hw.atecc608a.simulator;

import io.sallyport.hw.atecc608a.packet.Crc16;
import java.util.Arrays;

/**
 * The chip's lasting memory, and what its configuration says about each slot. Data sheet: "EEPROM",
 * "SlotConfig", "KeyConfig". Not thread-safe.
 */
final class Zones {
  static final int SLOTS = 16;
  static final int CONFIG = 128;
  static final int OTP = 64;
  private static final int PRIVATE = 32;
  private static final int PRIVATE_OFFSET = 4;
  private static final int CHIP_MODE = 19;
  private static final int SLOT_CONFIG = 20;
  private static final int KEY_CONFIG = 96;
  private static final int LOCK_VALUE = 86;
  private static final int LOCK_CONFIG = 87;
  private static final int SLOT_LOCKED = 88;
  private static final int CHIP_OPTIONS = 90;
  private static final int UNLOCKED = 0x55;
  private static final int P256 = 4;
  private static final int AES = 6;

  final byte[] config;
  final byte[] otp;
  final byte[][] slots;
  final int[] counters;

  Zones() {
    this.config = new byte[CONFIG];
    this.otp = new byte[OTP];
    this.slots = new byte[SLOTS][];
    this.counters = new int[2];
    for (int slot = 0; slot < SLOTS; slot++) {
      slots[slot] = new byte[slotSize(slot)];
    }
  }

  static int slotSize(int slot) {
    return slot < 8 ? 36 : slot == 8 ? 416 : 72;
  }

  boolean configLocked() {
    return config[LOCK_CONFIG] != UNLOCKED;
  }

  boolean dataLocked() {
    return config[LOCK_VALUE] != UNLOCKED;
  }

  void lockConfig() {
    config[LOCK_CONFIG] = 0;
  }

  void lockData() {
    config[LOCK_VALUE] = 0;
  }

  boolean slotLocked(int slot) {
    return (config[SLOT_LOCKED + slot / 8] >>> (slot % 8) & 1) == 0;
  }

  void lockSlot(int slot) {
    config[SLOT_LOCKED + slot / 8] &= (byte) ~(1 << (slot % 8));
  }

  int chipMode() {
    return config[CHIP_MODE];
  }

  int chipOptions() {
    return word(CHIP_OPTIONS);
  }

  int slotConfig(int slot) {
    return word(SLOT_CONFIG + 2 * slot);
  }

  int keyConfig(int slot) {
    return word(KEY_CONFIG + 2 * slot);
  }

  private int word(int at) {
    return (config[at] & 0xFF) | (config[at + 1] & 0xFF) << Byte.SIZE;
  }

  boolean isPrivate(int slot) {
    return (keyConfig(slot) & 1) != 0;
  }

  boolean isP256(int slot) {
    return (keyConfig(slot) >>> 2 & 7) == P256;
  }

  boolean isAes(int slot) {
    return (keyConfig(slot) >>> 2 & 7) == AES;
  }

  /** Its value must not go into a MAC. */
  boolean noMac(int slot) {
    return (slotConfig(slot) & 0x10) != 0;
  }

  /** For a private key: its public half may be told. For a public one: it must be validated. */
  boolean pubInfo(int slot) {
    return (keyConfig(slot) & 2) != 0;
  }

  boolean lockable(int slot) {
    return (keyConfig(slot) & 0x20) != 0;
  }

  boolean isSecret(int slot) {
    return (slotConfig(slot) & 0x80) != 0;
  }

  boolean readIsEncrypted(int slot) {
    return (slotConfig(slot) & 0x40) != 0;
  }

  int writeConfig(int slot) {
    return slotConfig(slot) >>> 12;
  }

  boolean hasPrivateKey(int slot) {
    return !Arrays.equals(privateKey(slot), new byte[PRIVATE]);
  }

  byte[] privateKey(int slot) {
    return Arrays.copyOfRange(slots[slot], PRIVATE_OFFSET, PRIVATE_OFFSET + PRIVATE);
  }

  void privateKey(int slot, byte[] key) {
    System.arraycopy(key, 0, slots[slot], PRIVATE_OFFSET, PRIVATE);
  }

  /** A public key, X and Y: four bytes before each half. */
  byte[] publicKey(int slot) {
    byte[] point = new byte[2 * PRIVATE];
    System.arraycopy(slots[slot], PRIVATE_OFFSET, point, 0, PRIVATE);
    System.arraycopy(slots[slot], 2 * PRIVATE_OFFSET + PRIVATE, point, PRIVATE, PRIVATE);
    return point;
  }

  void publicKey(int slot, byte[] point) {
    System.arraycopy(point, 0, slots[slot], PRIVATE_OFFSET, PRIVATE);
    System.arraycopy(point, PRIVATE, slots[slot], 2 * PRIVATE_OFFSET + PRIVATE, PRIVATE);
  }

  /** From the slot's begin on. */
  void write(int slot, byte[] bytes) {
    System.arraycopy(bytes, 0, slots[slot], 0, bytes.length);
  }

  /** Nine bytes, in two parts of the configuration. */
  byte[] serial() {
    byte[] serial = new byte[9];
    System.arraycopy(config, 0, serial, 0, 4);
    System.arraycopy(config, 8, serial, 4, 5);
    return serial;
  }

  int configCrc() {
    return Crc16.of(config, 0, config.length);
  }

  /** Of all slots, then the one-time programmable zone. */
  int dataCrc() {
    int length = OTP;
    for (byte[] slot : slots) {
      length += slot.length;
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] slot : slots) {
      System.arraycopy(slot, 0, all, at, slot.length);
      at += slot.length;
    }
    System.arraycopy(otp, 0, all, at, OTP);
    int crc = Crc16.of(all, 0, all.length);
    Arrays.fill(all, (byte) 0);
    return crc;
  }
}
