package io.sallyport.hw.atecc608a.certificate;

import io.sallyport.hw.atecc608a.packet.Sha256;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where a certificate's serial number comes from: the upper half of byte 70 of its compressed form.
 */
public enum SerialSource {
  /** Stored beside. */
  STORED(0x0),
  /** Stored beside, of no fixed length. */
  STORED_DYNAMIC(0x7),
  /** 0x40 and the serial number of the chip. */
  CHIP(0x8),
  /** 0x40 and the identifier of the signer. */
  SIGNER(0x9),
  /** A hash of the public key and the dates; the highest bits are 01. */
  KEY_HASH(0xA),
  /** A hash of the chip's serial number and the dates; the highest bits are 01. */
  CHIP_HASH(0xB),
  /** A hash of the public key and the dates; the highest bit is 0. */
  KEY_HASH_POSITIVE(0xC),
  /** A hash of the chip's serial number and the dates; the highest bit is 0. */
  CHIP_HASH_POSITIVE(0xD),
  /** A hash of the public key and the dates, as it is. */
  KEY_HASH_RAW(0xE),
  /** A hash of the chip's serial number and the dates, as it is. */
  CHIP_HASH_RAW(0xF);

  /** The length of a serial number that is a hash, in the maker's templates. */
  public static final int HASH_LENGTH = 16;

  private final int code;

  SerialSource(int code) {
    this.code = code;
  }

  /** Its four bits. */
  int code() {
    return code;
  }

  /** The one with these four bits. */
  static Optional<SerialSource> of(int code) {
    return Arrays.stream(values()).filter(source -> source.code == code).findFirst();
  }

  /** Whether the number cannot be computed, but must be stored. */
  public boolean isStored() {
    return this == STORED || this == STORED_DYNAMIC;
  }

  /**
   * Computes a serial number.
   *
   * @param certificate whose dates and signer are used
   * @param point the certificate's public key, X and Y
   * @param chip the chip's serial number, 9 bytes
   * @return the bytes of a number that is not negative
   * @throws IllegalArgumentException when it must be stored instead
   */
  public byte[] serial(CompressedCertificate certificate, byte[] point, byte[] chip) {
    return switch (this) {
      case STORED, STORED_DYNAMIC ->
          throw new IllegalArgumentException("its serial number is not on the chip");
      case CHIP -> joined(new byte[] {0x40}, chip);
      case SIGNER ->
          new byte[] {
            0x40, (byte) (certificate.signerId() >>> Byte.SIZE), (byte) certificate.signerId()
          };
      case KEY_HASH -> top(hash(certificate, point), 0x3F, 0x40);
      case CHIP_HASH -> top(hash(certificate, chip), 0x3F, 0x40);
      case KEY_HASH_POSITIVE -> top(hash(certificate, point), 0x7F, 0);
      case CHIP_HASH_POSITIVE -> top(hash(certificate, chip), 0x7F, 0);
      case KEY_HASH_RAW -> hash(certificate, point);
      case CHIP_HASH_RAW -> hash(certificate, chip);
    };
  }

  private static byte[] hash(CompressedCertificate certificate, byte[] of) {
    return Arrays.copyOf(Sha256.of(of, certificate.hashedDates()), HASH_LENGTH);
  }

  private static byte[] top(byte[] number, int kept, int set) {
    number[0] = (byte) ((number[0] & kept) | set);
    return number;
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }
}
