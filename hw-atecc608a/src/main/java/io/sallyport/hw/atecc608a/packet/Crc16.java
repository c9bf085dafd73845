package io.sallyport.hw.atecc608a.packet;

/** The chip's checksum: polynomial 8005, each byte fed from its lowest bit, low byte first. */
public final class Crc16 {
  private static final int POLYNOMIAL = 0x8005;
  private static final int TOP = 15;

  private Crc16() {}

  /** The checksum of a part of an array. */
  public static int of(byte[] bytes, int offset, int length) {
    int crc = 0;
    for (int i = offset; i < offset + length; i++) {
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        int in = bytes[i] >>> bit & 1;
        int out = crc >>> TOP;
        crc = crc << 1 & 0xFFFF;
        if (in != out) {
          crc ^= POLYNOMIAL;
        }
      }
    }
    return crc;
  }

  /** Writes it behind what it is of. */
  static void append(byte[] packet) {
    int crc = of(packet, 0, packet.length - 2);
    packet[packet.length - 2] = (byte) crc;
    packet[packet.length - 1] = (byte) (crc >>> Byte.SIZE);
  }

  /** Whether the last two bytes are the checksum of the others. */
  static boolean isRight(byte[] packet) {
    int crc = of(packet, 0, packet.length - 2);
    return packet[packet.length - 2] == (byte) crc
        && packet[packet.length - 1] == (byte) (crc >>> Byte.SIZE);
  }
}
