package io.sallyport.hw.atecc608a.certificate;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes DER (X.690), of at most 65535 bytes for one element. */
public final class Der {
  /** ecdsa-with-SHA256 (RFC 5758): a sequence with its identifier. */
  private static final byte[] ECDSA_SHA256 = {
    0x30, 0x0A, 0x06, 0x08, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x04, 0x03, 0x02
  };

  private static final int COORDINATE = 32;

  private Der() {}

  /** An element with its tag and length. */
  public static byte[] element(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >>> Byte.SIZE);
      out.write(length);
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }

  /** A SEQUENCE. */
  public static byte[] sequence(byte[]... parts) {
    return element(0x30, parts);
  }

  /** An INTEGER that is not negative, from its bytes, the highest first. */
  public static byte[] integer(byte... unsigned) {
    return element(0x02, new BigInteger(1, unsigned).toByteArray());
  }

  /** A BIT STRING of whole bytes. */
  static byte[] bits(byte[] bytes) {
    return element(0x03, new byte[] {0}, bytes);
  }

  /** A text of a kind that the tag tells, in UTF-8, which covers ASCII. */
  static byte[] text(int tag, String text) {
    return element(tag, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * What was signed with ECDSA and SHA-256, and its signature (RFC 5280, RFC 2986).
   *
   * @param signature r and s, 32 bytes each
   */
  public static byte[] signed(byte[] content, byte[] signature) {
    byte[] value =
        sequence(
            integer(Arrays.copyOf(signature, COORDINATE)),
            integer(Arrays.copyOfRange(signature, COORDINATE, 2 * COORDINATE)));
    return sequence(content, ECDSA_SHA256, bits(value));
  }

  /** The algorithm of {@link #signed}. */
  static byte[] ecdsaWithSha256() {
    return ECDSA_SHA256.clone();
  }

  /**
   * Reads an ECDSA-Sig-Value on P-256 (RFC 3279 section 2.2.3).
   *
   * @return r and s, 32 bytes each
   * @throws IllegalArgumentException when it is none
   */
  static byte[] rawSignature(byte[] value) {
    byte[] raw = new byte[2 * COORDINATE];
    int at = 2;
    for (int end = COORDINATE; end <= raw.length; end += COORDINATE) {
      if (at + 2 > value.length || value[at] != 0x02) {
        throw new IllegalArgumentException("its signature is none of ECDSA");
      }
      int length = value[at + 1];
      at += 2;
      if (length <= 0 || at + length > value.length) {
        throw new IllegalArgumentException("its signature is none of ECDSA");
      }
      byte[] number = new BigInteger(1, Arrays.copyOfRange(value, at, at + length)).toByteArray();
      int used = Math.min(number.length, COORDINATE);
      if (number.length > COORDINATE + 1) {
        throw new IllegalArgumentException("its signature is none on P-256");
      }
      System.arraycopy(number, number.length - used, raw, end - used, used);
      at += length;
    }
    return raw;
  }
}
