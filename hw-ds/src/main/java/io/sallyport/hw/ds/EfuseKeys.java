package io.sallyport.hw.ds;

import java.util.Arrays;

/**
 * The chip's six eFuse keys, counted as keys (0 is KEY0, in eFuse block 4). Wiped at the end. Not
 * thread-safe.
 */
public final class EfuseKeys implements AutoCloseable {
  /** Bytes of a key. */
  public static final int LENGTH = 32;

  private static final int KEYS = 6;

  private final KeyPurpose[] purposes = new KeyPurpose[KEYS];
  private final byte[][] keys = new byte[KEYS][LENGTH];

  /** Nothing is burnt. */
  public EfuseKeys() {
    Arrays.fill(purposes, KeyPurpose.USER);
  }

  /**
   * Burns a key.
   *
   * @param id 0 to 5
   * @param key 32 bytes, copied
   * @throws DsException INVALID_ARG for another id or length
   */
  public void burn(int id, KeyPurpose purpose, byte[] key) throws DsException {
    requireId(id);
    if (key.length != LENGTH) {
      throw new DsException(
          DsError.INVALID_ARG,
          "An eFuse key has " + LENGTH + " bytes, not " + key.length + "; give such a key.");
    }
    purposes[id] = purpose;
    System.arraycopy(key, 0, keys[id], 0, LENGTH);
  }

  /** What the HMAC peripheral gives to the Digital Signature peripheral: the AES key. */
  byte[] hmacForSignatures(int id) throws DsException {
    requireId(id);
    if (purposes[id] != KeyPurpose.HMAC_DOWN_DIGITAL_SIGNATURE) {
      throw new DsException(
          DsError.HMAC_FAIL,
          "eFuse key "
              + id
              + " has the purpose "
              + purposes[id]
              + ", not HMAC_DOWN_DIGITAL_SIGNATURE; name the key that the parameters were made for.");
    }
    return derive(keys[id]);
  }

  /** HMAC-SHA256 of 32 bytes FF. */
  static byte[] derive(byte[] hmacKey) {
    byte[] ones = new byte[LENGTH];
    Arrays.fill(ones, (byte) 0xFF);
    return Sha256.hmac(hmacKey, ones);
  }

  static void requireId(int id) throws DsException {
    if (id < 0 || id >= KEYS) {
      throw new DsException(
          DsError.INVALID_ARG,
          "There is no eFuse key " + id + "; they are 0 to " + (KEYS - 1) + ", as key ids count.");
    }
  }

  @Override
  public void close() {
    for (byte[] key : keys) {
      Arrays.fill(key, (byte) 0);
    }
  }
}
