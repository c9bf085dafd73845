package io.sallyport.hw.pkcs11;

import java.util.HexFormat;

/**
 * What ties a private key to its certificate in a token: CKA_ID. Immutable.
 *
 * @param hex in lower-case hexadecimal; not empty
 */
record ObjectId(String hex) {
  /**
   * Reads hexadecimal digits, with colons or without.
   *
   * @throws IllegalArgumentException when there is none, or half a byte
   */
  static ObjectId parse(String text) {
    return of(HexFormat.of().parseHex(text.replace(":", "")));
  }

  static ObjectId of(byte[] bytes) {
    if (bytes.length == 0) {
      throw new IllegalArgumentException("An id has at least one byte.");
    }
    return new ObjectId(HexFormat.of().formatHex(bytes));
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
