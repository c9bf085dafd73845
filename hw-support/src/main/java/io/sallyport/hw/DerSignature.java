package io.sallyport.hw;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/** ECDSA-Sig-Value in DER (RFC 3279 section 2.2.3). */
final class DerSignature {
  private static final int INTEGER = 0x02;
  private static final int SEQUENCE = 0x30;
  private static final int LONG_FORM = 0x80;

  private DerSignature() {}

  static byte[] encode(byte[] r, byte[] s) {
    byte[] first = element(INTEGER, new BigInteger(1, r).toByteArray());
    byte[] second = element(INTEGER, new BigInteger(1, s).toByteArray());
    byte[] content = new byte[first.length + second.length];
    System.arraycopy(first, 0, content, 0, first.length);
    System.arraycopy(second, 0, content, first.length, second.length);
    return element(SEQUENCE, content);
  }

  private static byte[] element(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length >= LONG_FORM) { // Of P-521; below 256.
      out.write(LONG_FORM | 1);
    }
    out.write(content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }
}
