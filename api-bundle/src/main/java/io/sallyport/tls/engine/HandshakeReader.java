package io.sallyport.tls.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads numbers and vectors of a handshake message. Beyond its end everything reads as zero or
 * empty and {@link #isBroken} tells, so that no input can throw.
 */
final class HandshakeReader {
  private final ByteBuffer bytes;
  private int position;
  private final int end;
  private boolean broken;

  /** Reads between two indices, without moving the buffer's position. */
  HandshakeReader(ByteBuffer bytes, int from, int to) {
    this.bytes = bytes;
    this.position = from;
    this.end = to;
  }

  int remaining() {
    return end - position;
  }

  boolean isBroken() {
    return broken;
  }

  int uint8() {
    if (remaining() < 1) {
      broken = true;
      position = end;
      return 0;
    }
    return bytes.get(position++) & 0xFF;
  }

  int uint16() {
    return (uint8() << 8) | uint8();
  }

  int uint24() {
    return (uint8() << 16) | uint16();
  }

  void skip(int count) {
    if (count > remaining()) {
      broken = true;
      position = end;
    } else {
      position += count;
    }
  }

  /** A reader over the next bytes, which are passed over here. */
  HandshakeReader slice(int count) {
    int from = position;
    skip(count);
    return new HandshakeReader(bytes, from, position);
  }

  boolean startsWith(byte[] expected) {
    if (remaining() < expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (bytes.get(position + i) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  /** The rest as text of one byte per character. */
  String text() {
    byte[] copy = new byte[remaining()];
    bytes.get(position, copy);
    position = end;
    return new String(copy, StandardCharsets.ISO_8859_1);
  }
}
