package io.sallyport.hw.atecc608a.simulator;

import io.sallyport.hw.atecc608a.packet.Command;
import java.io.ByteArrayOutputStream;

/** Messages that the chip hashes, put together. */
final class Bytes {
  /** What most commands work with. */
  static final int BLOCK = 32;

  private Bytes() {}

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] of(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  static byte[] zeros(int count) {
    return new byte[count];
  }

  static byte[] word(int value) {
    return of(value, value >>> Byte.SIZE);
  }

  /** Opcode, both parameters. */
  static byte[] head(Command command) {
    return joined(of(command.opcode(), command.param1()), word(command.param2()));
  }

  /** One by the other, as far as both go. */
  static byte[] xor(byte[] one, byte[] other) {
    byte[] result = one.clone();
    for (int i = 0; i < Math.min(one.length, other.length); i++) {
      result[i] ^= other[i];
    }
    return result;
  }
}
