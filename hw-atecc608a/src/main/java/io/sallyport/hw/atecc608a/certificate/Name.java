package io.sallyport.hw.atecc608a.certificate;

import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/** Distinguished names in DER. */
final class Name {
  private static final byte[] ORGANIZATION = {0x06, 0x03, 0x55, 0x04, 0x0A};
  private static final byte[] COMMON_NAME = {0x06, 0x03, 0x55, 0x04, 0x03};
  private static final byte[] SERIAL_NUMBER = {0x06, 0x03, 0x55, 0x04, 0x05};
  private static final Pattern SIGNER_ID = Pattern.compile("(?:^|,)CN=[^,]*([0-9A-F]{4})(?:,|$)");
  private static final int SET = 0x31;
  private static final int UTF8 = 0x0C;
  private static final int PRINTABLE = 0x13;

  private Name() {}

  /** O=organization, CN=commonName. */
  static byte[] of(String organization, String commonName) {
    return Der.sequence(
        part(ORGANIZATION, Der.text(UTF8, organization)),
        part(COMMON_NAME, Der.text(UTF8, commonName)));
  }

  /** serialNumber=text. */
  static byte[] ofSerialNumber(String text) {
    return Der.sequence(part(SERIAL_NUMBER, Der.text(PRINTABLE, text)));
  }

  private static byte[] part(byte[] type, byte[] value) {
    return Der.element(SET, Der.sequence(type, value));
  }

  /** The four hexadecimal digits, in capitals, at the end of a signer's common name. */
  static OptionalInt signerId(X500Principal name) {
    Matcher digits = SIGNER_ID.matcher(name.getName());
    return digits.find()
        ? OptionalInt.of(HexFormat.fromHexDigits(digits.group(1)))
        : OptionalInt.empty();
  }
}
