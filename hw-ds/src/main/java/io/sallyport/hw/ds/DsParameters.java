package io.sallyport.hw.ds;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An encrypted RSA key, byte for byte as {@code esp_ds_data_t}: {@code rsa_length} (bits / 32 - 1,
 * little-endian), initialisation vector, encrypted parameters. Immutable; no secret without the
 * eFuse key.
 */
public final class DsParameters {
  private static final int IV = 16;
  private static final int HEADER = Integer.BYTES + IV;

  private final DsChip chip;
  private final int rsaLength;
  private final byte[] iv;
  private final byte[] cipher;

  DsParameters(DsChip chip, int rsaLength, byte[] iv, byte[] cipher) {
    this.chip = chip;
    this.rsaLength = rsaLength;
    this.iv = iv;
    this.cipher = cipher;
  }

  /**
   * Reads them.
   *
   * @param chip the chip that they were made for
   * @param data exactly as long as that chip's {@code esp_ds_data_t}
   * @throws DsException INVALID_ARG when the length, or {@code rsa_length}, is not possible
   */
  public static DsParameters parse(DsChip chip, byte[] data) throws DsException {
    int expected = size(chip);
    if (data.length != expected) {
      throw new DsException(
          DsError.INVALID_ARG,
          "DS parameters for the "
              + chip
              + " have "
              + expected
              + " bytes, not "
              + data.length
              + "; give the esp_ds_data_t that was made for this chip.");
    }
    ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    int rsaLength = in.getInt();
    byte[] iv = new byte[IV];
    in.get(iv);
    byte[] cipher = new byte[in.remaining()];
    in.get(cipher);
    DsParameters parameters = new DsParameters(chip, rsaLength, iv, cipher);
    parameters.requireLength();
    return parameters;
  }

  private void requireLength() throws DsException {
    long bits = (rsaLength + 1L) * Integer.SIZE;
    if (rsaLength <= 0 || bits > chip.maxBits() || !chip.supports((int) bits)) {
      throw new DsException(
          DsError.INVALID_ARG,
          "DS parameters name a key of "
              + bits
              + " bits, and the "
              + chip
              + " takes "
              + chip.sizes()
              + "; give parameters that were made for this chip.");
    }
  }

  /** How many bytes they have for a chip. */
  public static int size(DsChip chip) {
    return HEADER + chip.cipherBytes();
  }

  /** The bytes. */
  public byte[] encode() {
    return ByteBuffer.allocate(size(chip))
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(rsaLength)
        .put(iv)
        .put(cipher)
        .array();
  }

  /** The chip that they were made for. */
  public DsChip chip() {
    return chip;
  }

  /** Bits of the key, as it stands outside of the encryption; the length inside decides. */
  public int bits() {
    return (rsaLength + 1) * Integer.SIZE;
  }

  byte[] iv() {
    return iv.clone();
  }

  byte[] cipher() {
    return cipher.clone();
  }

  @Override
  public String toString() {
    return "DS parameters of an RSA key of " + bits() + " bits for the " + chip;
  }
}
