package io.sallyport.hw.atecc608a.certificate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The 72 bytes; expected values were computed apart, in Python. */
class CompressedCertificateTest {
  private static final byte[] POINT = new byte[64];
  private static final byte[] CHIP = HexFormat.of().parseHex("0123cfe1ef17f0b001");

  static {
    for (int i = 0; i < POINT.length; i++) {
      POINT[i] = (byte) i;
    }
  }

  private static byte[] bytes(String tail) {
    byte[] bytes = new byte[72];
    byte[] end = HexFormat.of().parseHex(tail);
    System.arraycopy(end, 0, bytes, 64, end.length);
    return bytes;
  }

  @Test
  void readsTheDocumentedExample() {
    byte[] bytes = bytes("A9959C2C6030A000");
    CompressedCertificate certificate = CompressedCertificate.parse(bytes);
    assertEquals(LocalDateTime.of(2021, 3, 5, 12, 0), certificate.notBefore());
    assertEquals(28, certificate.years());
    assertEquals(LocalDateTime.of(2049, 3, 5, 12, 0), certificate.notAfter());
    assertEquals(0x2C60, certificate.signerId());
    assertEquals(3, certificate.template());
    assertEquals(0, certificate.chain());
    assertEquals(SerialSource.KEY_HASH, certificate.serialSource());
    assertEquals(0, certificate.format());
    assertArrayEquals(bytes, certificate.encode());
    CompressedCertificate made =
        CompressedCertificate.of(
            new byte[64],
            LocalDateTime.of(2021, 3, 5, 12, 0),
            28,
            0x2C60,
            3,
            0,
            SerialSource.KEY_HASH);
    assertArrayEquals(bytes, made.encode());
  }

  @Test
  void farDatesHaveTheirTopBitsInTheLastByte() {
    CompressedCertificate made =
        CompressedCertificate.of(
            new byte[64],
            LocalDateTime.of(2050, 6, 7, 8, 0),
            40,
            0xFFFF,
            1,
            2,
            SerialSource.KEY_HASH);
    assertArrayEquals(bytes("931D08FFFF12A150"), made.encode());
    CompressedCertificate read = CompressedCertificate.parse(made.encode());
    assertEquals(LocalDateTime.of(2050, 6, 7, 8, 0), read.notBefore());
    assertEquals(LocalDateTime.of(2090, 6, 7, 8, 0), read.notAfter());
    assertEquals(1, read.format());
    assertEquals(2, read.chain());
    assertEquals(
        "4721f646bb75349db1d81c8dcad9f9e7",
        HexFormat.of().formatHex(SerialSource.KEY_HASH.serial(read, POINT, CHIP)));
    byte[] second = made.encode();
    second[70] = (byte) 0xA2;
    assertEquals(2090, CompressedCertificate.parse(second).notAfter().getYear());
  }

  @Test
  void noYearsAreForEver() {
    CompressedCertificate certificate = CompressedCertificate.parse(bytes("A995800000308000"));
    assertEquals(LocalDateTime.of(9999, 12, 31, 23, 59, 59), certificate.notAfter());
  }

  @ParameterizedTest
  @CsvSource({
    "80, 400123cfe1ef17f0b001",
    "90, 402c60",
    "A0, 53d2314c5671a8103efc03ee8f7a0326",
    "B0, 65c13df664a8d5cd5ca91da10a1cad27",
    "C0, 53d2314c5671a8103efc03ee8f7a0326",
    "D0, 25c13df664a8d5cd5ca91da10a1cad27",
    "E0, 53d2314c5671a8103efc03ee8f7a0326",
    "F0, a5c13df664a8d5cd5ca91da10a1cad27"
  })
  void serialNumbersComeFromTheirSource(String code, String expected) {
    CompressedCertificate certificate =
        CompressedCertificate.parse(bytes("A9959C2C6030" + code + "00"));
    byte[] serial = certificate.serialSource().serial(certificate, POINT, CHIP);
    assertEquals(expected, HexFormat.of().formatHex(serial));
  }

  @Test
  void aStoredSerialNumberIsNotComputed() {
    CompressedCertificate certificate = CompressedCertificate.parse(bytes("A9959C2C60307000"));
    assertTrue(certificate.serialSource().isStored());
    assertThrows(
        IllegalArgumentException.class,
        () -> certificate.serialSource().serial(certificate, POINT, CHIP));
    assertFalse(SerialSource.CHIP.isStored());
  }

  @ParameterizedTest
  @CsvSource({
    "A9959C2C6030A300, its format is 3",
    "A9959C2C6030A001, bits are set that have no meaning",
    "A9959C2C6030A10F, bits are set that have no meaning",
    "A9959C2C60301000, its serial number is of the unknown kind 1",
    "A8159C2C6030A000, which is no time",
    "AED59C2C6030A000, which is no time",
    "A9819C2C6030A000, which is no time",
    "A9971C2C6030A000, which is no time",
    "A978152C6030A000, which is no time",
    "0000000000000000, which is no time",
    "FFFFFFFFFFFFFFFF, its format is 15"
  })
  void anythingElseIsNone(String tail, String why) {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> CompressedCertificate.parse(bytes(tail)));
    assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal.getMessage());
  }

  @Test
  void itsLengthIsFixed() {
    for (int length : new int[] {0, 71, 73}) {
      assertThrows(
          IllegalArgumentException.class, () -> CompressedCertificate.parse(new byte[length]));
    }
  }

  @Test
  void whatDoesNotFitIsNotMade() {
    LocalDateTime hour = LocalDateTime.of(2026, 1, 2, 3, 0);
    Object[][] wrong = {
      {hour.withMinute(1), 1, 0, 0},
      {hour.withYear(1999), 1, 0, 0},
      {hour.withYear(2128), 1, 0, 0},
      {hour, 128, 0, 0},
      {hour, -1, 0, 0},
      {hour, 1, 0x10000, 0},
      {hour, 1, 0, 16}
    };
    for (Object[] one : wrong) {
      assertThrows(
          IllegalArgumentException.class,
          () ->
              CompressedCertificate.of(
                  new byte[64],
                  (LocalDateTime) one[0],
                  (int) one[1],
                  (int) one[2],
                  (int) one[3],
                  0,
                  SerialSource.KEY_HASH),
          Arrays.toString(one));
    }
  }

  @Test
  void nothingThatIsGivenOutChangesIt() {
    CompressedCertificate certificate = CompressedCertificate.parse(bytes("A9959C2C6030A000"));
    certificate.encode()[70] = 0x13;
    certificate.signature()[0] = 9;
    assertArrayEquals(bytes("A9959C2C6030A000"), certificate.encode());
  }
}
