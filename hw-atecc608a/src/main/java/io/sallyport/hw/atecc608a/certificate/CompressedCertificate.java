package io.sallyport.hw.atecc608a.certificate;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;

/**
 * What differs between the certificates of one template, in 72 bytes: the signature, the validity,
 * the signer, the template, and where the serial number comes from. Immutable.
 */
public final class CompressedCertificate {
  /** Its length in bytes. */
  public static final int LENGTH = 72;

  private static final int SIGNATURE = 64;
  private static final int DATES = 64;
  private static final int SIGNER = 67;
  private static final int TEMPLATE = 69;
  private static final int SOURCE = 70;
  private static final int EXTENSION = 71;
  private static final int EPOCH = 2000;
  private static final int LOW = 0x1F;

  /** The last year and the longest validity of the format 0. */
  private static final int SHORT_LIMIT = 31;

  /** Of the formats 1 and 2. */
  private static final int LONG_LIMIT = 127;

  private final byte[] bytes;
  private final LocalDateTime notBefore;
  private final SerialSource source;

  private CompressedCertificate(byte[] bytes, LocalDateTime notBefore, SerialSource source) {
    this.bytes = bytes;
    this.notBefore = notBefore;
    this.source = source;
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none; the message says what is wrong, as a part of
   *     a sentence
   */
  public static CompressedCertificate parse(byte[] bytes) {
    require(bytes.length == LENGTH, "it has " + bytes.length + " bytes instead of " + LENGTH);
    int format = bytes[SOURCE] & 0xF;
    require(format <= 2, "its format is " + format + ", and 0 to 2 are known");
    int reserved = bytes[EXTENSION] & (format == 0 ? 0xFF : 0xF);
    require(reserved == 0, "bits are set that have no meaning in format " + format);
    int code = bytes[SOURCE] >>> 4 & 0xF;
    Optional<SerialSource> source = SerialSource.of(code);
    require(source.isPresent(), "its serial number is of the unknown kind " + code);
    int dates = number(bytes, DATES, 3);
    int year = EPOCH + (dates >>> 19 | (bytes[EXTENSION] >>> 6 & 3) << 5);
    int month = dates >>> 15 & 0xF;
    int day = dates >>> 10 & LOW;
    int hour = dates >>> 5 & LOW;
    try {
      LocalDateTime notBefore = LocalDateTime.of(year, month, day, hour, 0);
      return new CompressedCertificate(bytes.clone(), notBefore, source.orElseThrow());
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "it was issued on "
              + year
              + "-"
              + month
              + "-"
              + day
              + " at "
              + hour
              + " h, which is no"
              + " time",
          e);
    }
  }

  /**
   * Makes one, in the shortest format.
   *
   * @param signature r and s, 64 bytes
   * @param notBefore a full hour, in UTC, from 2000 to 2127
   * @param years of validity, 1 to 127; 0 for ever
   * @param signerId 0 to 65535
   * @param template 0 to 15
   * @param chain 0 to 15
   * @throws IllegalArgumentException when that does not fit; the message says what, as a part of a
   *     sentence
   */
  public static CompressedCertificate of(
      byte[] signature,
      LocalDateTime notBefore,
      int years,
      int signerId,
      int template,
      int chain,
      SerialSource source) {
    require(signature.length == SIGNATURE, "its signature has not " + SIGNATURE + " bytes");
    require(
        notBefore.equals(notBefore.truncatedTo(ChronoUnit.HOURS)),
        "it begins at " + notBefore + ", which is no full hour");
    int year = notBefore.getYear() - EPOCH;
    require(year >= 0 && year <= LONG_LIMIT, "it begins in " + notBefore.getYear());
    require(years >= 0 && years <= LONG_LIMIT, "it is valid for " + years + " years");
    require(signerId >>> 16 == 0, "the signer's identifier has not four hexadecimal digits");
    require(template >>> 4 == 0 && chain >>> 4 == 0, "template and chain have four bits each");
    boolean isShort = year <= SHORT_LIMIT && years <= SHORT_LIMIT;
    byte[] bytes = Arrays.copyOf(signature, LENGTH);
    int dates =
        (year & LOW) << 19
            | notBefore.getMonthValue() << 15
            | notBefore.getDayOfMonth() << 10
            | notBefore.getHour() << 5
            | (years & LOW);
    bytes[DATES] = (byte) (dates >>> 16);
    bytes[DATES + 1] = (byte) (dates >>> 8);
    bytes[DATES + 2] = (byte) dates;
    bytes[SIGNER] = (byte) (signerId >>> 8);
    bytes[SIGNER + 1] = (byte) signerId;
    bytes[TEMPLATE] = (byte) (template << 4 | chain);
    bytes[SOURCE] = (byte) (source.code() << 4 | (isShort ? 0 : 1));
    bytes[EXTENSION] = (byte) (year >>> 5 << 6 | years >>> 5 << 4);
    return new CompressedCertificate(bytes, notBefore, source);
  }

  /**
   * The years between the two ends of a validity.
   *
   * @throws IllegalArgumentException when it is no whole number of years
   */
  static int years(LocalDateTime notBefore, LocalDateTime notAfter) {
    if (notAfter.equals(FOR_EVER)) {
      return 0;
    }
    int years = notAfter.getYear() - notBefore.getYear();
    require(
        years > 0 && notBefore.plusYears(years).equals(notAfter),
        "it is valid from "
            + notBefore
            + " to "
            + notAfter
            + ", which is no whole number of years");
    return years;
  }

  /** The end of what has no end (RFC 5280, section 4.1.2.5). */
  static final LocalDateTime FOR_EVER = LocalDateTime.of(9999, 12, 31, 23, 59, 59);

  private static void require(boolean fulfilled, String otherwise) {
    if (!fulfilled) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  private static int number(byte[] bytes, int at, int length) {
    int number = 0;
    for (int i = at; i < at + length; i++) {
      number = (number << Byte.SIZE) | (bytes[i] & 0xFF);
    }
    return number;
  }

  /** The same with another signature. */
  public CompressedCertificate withSignature(byte[] signature) {
    require(signature.length == SIGNATURE, "its signature has not " + SIGNATURE + " bytes");
    byte[] other = bytes.clone();
    System.arraycopy(signature, 0, other, 0, SIGNATURE);
    return new CompressedCertificate(other, notBefore, source);
  }

  /** The same with another source of its serial number. */
  CompressedCertificate withSerialSource(SerialSource other) {
    byte[] changed = bytes.clone();
    changed[SOURCE] = (byte) (other.code() << 4 | format());
    return new CompressedCertificate(changed, notBefore, other);
  }

  /** The 72 bytes; a copy. */
  public byte[] encode() {
    return bytes.clone();
  }

  /** r and s, 32 bytes each. */
  public byte[] signature() {
    return Arrays.copyOf(bytes, SIGNATURE);
  }

  /** When the validity begins, in UTC. */
  public LocalDateTime notBefore() {
    return notBefore;
  }

  /** How many years it lasts; 0 for ever. */
  public int years() {
    return (bytes[DATES + 2] & LOW) | ((bytes[EXTENSION] >>> 4 & 3) << 5);
  }

  /** When the validity ends, in UTC: at the same hour, or in the year 9999. */
  public LocalDateTime notAfter() {
    return years() == 0 ? FOR_EVER : notBefore.plusYears(years());
  }

  /** The signer: four hexadecimal digits at the end of its name. */
  public int signerId() {
    return number(bytes, SIGNER, 2);
  }

  /** Which template, 0 to 15. */
  public int template() {
    return bytes[TEMPLATE] >>> 4 & 0xF;
  }

  /** Which of the chains of that template, 0 to 15. */
  public int chain() {
    return bytes[TEMPLATE] & 0xF;
  }

  /** Where the serial number comes from. */
  public SerialSource serialSource() {
    return source;
  }

  /** 0, 1 or 2. */
  public int format() {
    return bytes[SOURCE] & 0xF;
  }

  /** What of the dates goes into a serial number that is a hash. */
  byte[] hashedDates() {
    byte[] dates = Arrays.copyOfRange(bytes, DATES, SIGNER);
    if (format() > 0) {
      dates = Arrays.copyOf(dates, dates.length + 1);
      dates[dates.length - 1] = (byte) (bytes[EXTENSION] & 0xF0);
    }
    return dates;
  }
}
