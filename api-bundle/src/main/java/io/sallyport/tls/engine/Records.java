package io.sallyport.tls.engine;

import java.nio.ByteBuffer;

/** The record layer's framing (RFC 8446 section 5.1, RFC 5246 section 6.2). */
final class Records {
  static final int HEADER = 5;
  static final int MAX_PLAINTEXT = 1 << 14;

  /** RFC 5246 section 6.2.3; TLS 1.3 allows 256 instead of 2048 bytes of expansion. */
  static final int MAX_FRAGMENT = MAX_PLAINTEXT + 2048;

  static final int MAX_FRAGMENT_TLS13 = MAX_PLAINTEXT + 256;
  static final int MAX_RECORD = HEADER + MAX_FRAGMENT;

  static final int CHANGE_CIPHER_SPEC = 20;
  static final int ALERT = 21;
  static final int HANDSHAKE = 22;
  static final int APPLICATION_DATA = 23;

  /**
   * The least by which a protected record is longer than its content: a tag of 16 bytes, and for
   * TLS 1.3 the content type.
   */
  static final int MIN_EXPANSION = 16;

  private static final int MAX_ALERT = 2 + 1 + 16 + MIN_EXPANSION;

  private Records() {}

  /**
   * Whether a protected record may hold an alert: in TLS 1.2 its type says so, in TLS 1.3 its
   * length (two bytes, the content type, the tag, and the 16 bytes by which SunJSSE pads alerts).
   */
  static boolean mayBeAlert(ByteBuffer record, int at) {
    return type(record, at) == ALERT || fragmentLength(record, at) <= MAX_ALERT;
  }

  static int type(ByteBuffer record, int at) {
    return record.get(at) & 0xFF;
  }

  /** Length of the record's fragment, as its header says. */
  static int fragmentLength(ByteBuffer record, int at) {
    return ((record.get(at + 3) & 0xFF) << 8) | (record.get(at + 4) & 0xFF);
  }

  /** Whether five bytes can be the header of a record. */
  static boolean isHeader(ByteBuffer record, int at) {
    int type = type(record, at);
    return type >= CHANGE_CIPHER_SPEC
        && type <= APPLICATION_DATA
        && record.get(at + 1) == 3
        && fragmentLength(record, at) <= MAX_FRAGMENT;
  }
}
