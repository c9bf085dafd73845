package io.sallyport.hw.atecc608a.certificate;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * What a certificate of the maker's structure says, all but its signature (RFC 5280, section 4.1).
 *
 * @param kind whose certificate it is
 * @param serial its serial number, not negative, the highest byte first
 * @param issuer the issuer's name in DER
 * @param notBefore begin of its validity, in UTC
 * @param notAfter end of its validity, in UTC
 * @param times how the end is written
 * @param subject the subject's name in DER
 * @param point the public key on P-256, X and Y
 * @param eui48 the MAC address in hexadecimal digits, for the alternative name; empty for none
 * @param authorityKeyId the issuer's key identifier, 20 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // Not compared; not changed.
record Contents(
    Kind kind,
    byte[] serial,
    byte[] issuer,
    LocalDateTime notBefore,
    LocalDateTime notAfter,
    Times times,
    byte[] subject,
    byte[] point,
    Optional<String> eui48,
    byte[] authorityKeyId) {

  /** Whose certificate it is: that decides about its extensions. */
  enum Kind {
    DEVICE,
    SIGNER,
    ROOT
  }

  /** How the end of a validity is written. */
  enum Times {
    /** As the maker does it: always with four digits of the year. */
    MAKER,
    /** As RFC 5280 has it: from 2050 on with four digits of the year. */
    RFC_5280
  }

  private static final byte[] VERSION_3 = {(byte) 0xA0, 3, 2, 1, 2};

  /** Up to the 04 of a point that is not compressed (RFC 5480). */
  private static final byte[] KEY_HEAD =
      HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

  private static final int SUBJECT_KEY_ID = 14;
  private static final int KEY_USAGE = 15;
  private static final int ALTERNATIVE_NAME = 17;
  private static final int BASIC_CONSTRAINTS = 19;
  private static final int AUTHORITY_KEY_ID = 35;
  private static final int OCTETS = 0x04;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int LAST_SHORT_YEAR = 2049;
  private static final byte[] TRUE = {0x01, 0x01, (byte) 0xFF};

  /** digitalSignature, keyAgreement. */
  private static final byte[] DEVICE_USAGE = {0x03, 0x02, 0x03, (byte) 0x88};

  /** digitalSignature, keyCertSign, cRLSign. */
  private static final byte[] SIGNER_USAGE = {0x03, 0x02, 0x01, (byte) 0x86};

  /** A key as SubjectPublicKeyInfo. */
  static byte[] publicKeyInfo(byte[] point) {
    byte[] info = Arrays.copyOf(KEY_HEAD, KEY_HEAD.length + point.length);
    System.arraycopy(point, 0, info, KEY_HEAD.length, point.length);
    return info;
  }

  /** A key's identifier: SHA-1 of the point, as it stands in the certificate. */
  static byte[] keyId(byte[] point) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update((byte) 4);
      return sha1.digest(point);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The Java platform has no SHA-1.", e);
    }
  }

  /** What gets signed: TBSCertificate. */
  byte[] encode() {
    return Der.sequence(
        VERSION_3,
        Der.element(0x02, new BigInteger(1, serial).toByteArray()),
        Der.ecdsaWithSha256(),
        issuer,
        Der.sequence(
            time(notBefore, notBefore.getYear() <= LAST_SHORT_YEAR),
            time(notAfter, times == Times.RFC_5280 && notAfter.getYear() <= LAST_SHORT_YEAR)),
        subject,
        publicKeyInfo(point),
        Der.element(0xA3, Der.sequence(extensions())));
  }

  private static byte[] time(LocalDateTime time, boolean isShort) {
    String pattern = isShort ? "yyMMddHHmmss'Z'" : "uuuuMMddHHmmss'Z'";
    return Der.text(
        isShort ? UTC_TIME : GENERALIZED_TIME,
        DateTimeFormatter.ofPattern(pattern, Locale.ROOT).format(time));
  }

  private byte[] extensions() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    switch (kind) {
      case DEVICE -> {
        if (eui48.isPresent()) {
          byte[] name = Name.ofSerialNumber("eui48_" + eui48.get());
          byte[] directory = Der.element(0xA4, name);
          all.writeBytes(extension(ALTERNATIVE_NAME, false, Der.sequence(directory)));
        }
        all.writeBytes(extension(BASIC_CONSTRAINTS, true, Der.sequence()));
        all.writeBytes(extension(KEY_USAGE, true, DEVICE_USAGE));
      }
      case SIGNER -> {
        byte[] noMore = Der.integer((byte) 0);
        all.writeBytes(extension(KEY_USAGE, true, SIGNER_USAGE));
        all.writeBytes(extension(BASIC_CONSTRAINTS, true, Der.sequence(TRUE, noMore)));
      }
      case ROOT -> {
        all.writeBytes(extension(KEY_USAGE, true, SIGNER_USAGE));
        all.writeBytes(extension(BASIC_CONSTRAINTS, true, Der.sequence(TRUE)));
      }
    }
    all.writeBytes(extension(SUBJECT_KEY_ID, false, Der.element(OCTETS, keyId(point))));
    all.writeBytes(
        extension(AUTHORITY_KEY_ID, false, Der.sequence(Der.element(0x80, authorityKeyId))));
    return all.toByteArray();
  }

  private static byte[] extension(int last, boolean critical, byte[] value) {
    byte[] identifier = {0x06, 0x03, 0x55, 0x1D, (byte) last};
    return Der.sequence(identifier, critical ? TRUE : new byte[0], Der.element(OCTETS, value));
  }
}
