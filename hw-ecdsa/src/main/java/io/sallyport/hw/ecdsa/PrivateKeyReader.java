package io.sallyport.hw.ecdsa;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Reads an EC private key without leaving copies: PKCS#8 (RFC 5958) or SEC1 (RFC 5915), in DER or
 * PEM, unencrypted.
 */
final class PrivateKeyReader {
  private static final int INTEGER = 0x02;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int SEQUENCE = 0x30;
  private static final int PARAMETERS = 0xA0;

  /** 1.2.840.10045.2.1. */
  private static final byte[] EC_PUBLIC_KEY = {
    0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01
  };

  private static final String BEGIN = "-----BEGIN ";
  private static final String LINE_END = "PRIVATE KEY-----";
  private static final String END = "-----END ";

  private final Wipe memory;

  PrivateKeyReader(Wipe memory) {
    this.memory = memory;
  }

  /**
   * Reads a key.
   *
   * @param pemOrDer the bytes
   * @return big-endian, as long as the curve's order; wiped with the memory
   * @throws TlsException PK_PARSE_KEY_FAILED when it cannot be read or is for another curve
   */
  byte[] read(byte[] pemOrDer, Curve curve) throws TlsException {
    try {
      Der file = new Der(der(pemOrDer));
      Der key = file.enter(SEQUENCE);
      require(file.isAtEnd(), "followed by something else");
      byte[] version = key.next(INTEGER);
      if (key.has(SEQUENCE)) { // PKCS#8
        Der algorithm = key.enter(SEQUENCE);
        require(Arrays.equals(algorithm.next(OBJECT_IDENTIFIER), EC_PUBLIC_KEY), "no EC key");
        requireCurve(algorithm, curve);
        key = new Der(memory.bytes(key.next(OCTET_STRING))).enter(SEQUENCE);
        version = key.next(INTEGER);
        return scalar(key, version, curve);
      }
      byte[] scalar = scalar(key, version, curve);
      require(key.has(PARAMETERS), "without the name of a curve");
      requireCurve(key.enter(PARAMETERS), curve);
      return scalar;
    } catch (IllegalArgumentException e) {
      throw new TlsException(
          TlsErrorCode.PK_PARSE_KEY_FAILED,
          "The private key cannot be burnt: it is "
              + e.getMessage()
              + "; give an unencrypted EC key of "
              + curve
              + " as PKCS#8 or SEC1, in PEM or DER.");
    }
  }

  private byte[] scalar(Der key, byte[] version, Curve curve) {
    require(version.length == 1 && version[0] == 1, "of an unknown version");
    byte[] given = memory.bytes(key.next(OCTET_STRING));
    require(given.length <= curve.length(), "too long");
    byte[] scalar = memory.bytes(curve.length());
    System.arraycopy(given, 0, scalar, scalar.length - given.length, given.length);
    return scalar;
  }

  private static void requireCurve(Der der, Curve curve) {
    require(
        Arrays.equals(der.next(OBJECT_IDENTIFIER), curve.objectIdentifier()), "on another curve");
  }

  private byte[] der(byte[] pemOrDer) {
    int begin = find(pemOrDer, BEGIN, 0);
    if (begin < 0) {
      return pemOrDer;
    }
    // SEC1 files may have a block of parameters first.
    int label = find(pemOrDer, LINE_END, begin);
    require(label >= 0, "not a private key");
    int start = label + LINE_END.length();
    int end = find(pemOrDer, END, start);
    require(end >= 0, "cut short");
    byte[] text = memory.bytes(Arrays.copyOfRange(pemOrDer, start, end));
    require(find(text, ":", 0) < 0, "encrypted");
    // The decoder leaves no copy behind: it writes into an array of this very length.
    byte[] packed = memory.bytes(withoutSpace(text));
    byte[] decoded = memory.bytes(packed.length / 4 * 3);
    try {
      return memory.bytes(Arrays.copyOf(decoded, Base64.getDecoder().decode(packed, decoded)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not proper Base64", e);
    }
  }

  private byte[] withoutSpace(byte[] text) {
    byte[] packed = memory.bytes(text.length);
    int count = 0;
    for (byte one : text) {
      if (one > ' ') {
        packed[count] = one;
        count++;
      }
    }
    return Arrays.copyOf(packed, count);
  }

  private static int find(byte[] bytes, String text, int from) {
    byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
    for (int i = from; i <= bytes.length - wanted.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }

  private static void require(boolean good, String what) {
    if (!good) {
      throw new IllegalArgumentException(what);
    }
  }

  /** A cursor over the elements of a DER encoding; lengths up to 65535. */
  private static final class Der {
    private final byte[] bytes;
    private int at;
    private final int end;

    Der(byte[] bytes) {
      this(bytes, 0, bytes.length);
    }

    private Der(byte[] bytes, int at, int end) {
      this.bytes = bytes;
      this.at = at;
      this.end = end;
    }

    boolean has(int tag) {
      return at < end && (bytes[at] & 0xFF) == tag;
    }

    boolean isAtEnd() {
      return at == end;
    }

    /** The next element's contents, a copy. */
    byte[] next(int tag) {
      Der inside = enter(tag);
      return Arrays.copyOfRange(inside.bytes, inside.at, inside.end);
    }

    /** Into the next element; this goes on behind it. */
    Der enter(int tag) {
      require(has(tag), "not in the form of one");
      at++;
      int length = octet();
      if (length > 0x80) {
        int octets = length - 0x80;
        require(octets <= 2, "not in the form of one");
        length = 0;
        for (int i = 0; i < octets; i++) {
          length = length << 8 | octet();
        }
      }
      require(length <= end - at, "cut short");
      Der inside = new Der(bytes, at, at + length);
      at += length;
      return inside;
    }

    private int octet() {
      require(at < end, "cut short");
      int octet = bytes[at] & 0xFF;
      at++;
      return octet;
    }
  }
}
