package io.sallyport.hw.atecc608a.packet;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A command: count, opcode, two parameters, data, CRC. Immutable. */
public final class Command {
  /** The shortest packet, without data. */
  public static final int SHORTEST = 7;

  /** The longest packet. */
  public static final int LONGEST = 151;

  private static final int DATA = 5;

  private final int opcode;
  private final int param1;
  private final int param2;
  private final byte[] data;

  /**
   * Makes one.
   *
   * @param opcode the byte on the wire
   * @param param1 one byte
   * @param param2 two bytes
   * @param data copied; at most 144 bytes
   */
  public Command(int opcode, int param1, int param2, byte... data) {
    if (data.length > LONGEST - SHORTEST) {
      throw new IllegalArgumentException("A command takes no " + data.length + " bytes.");
    }
    this.opcode = opcode & 0xFF;
    this.param1 = param1 & 0xFF;
    this.param2 = param2 & 0xFFFF;
    this.data = data.clone();
  }

  /**
   * Reads a packet.
   *
   * @return empty when it is damaged: its count or its CRC is wrong
   */
  public static Optional<Command> parse(byte[] packet) {
    if (packet.length < SHORTEST
        || packet.length > LONGEST
        || (packet[0] & 0xFF) != packet.length
        || !Crc16.isRight(packet)) {
      return Optional.empty();
    }
    return Optional.of(
        new Command(
            packet[1],
            packet[2],
            (packet[3] & 0xFF) | (packet[4] & 0xFF) << Byte.SIZE,
            Arrays.copyOfRange(packet, DATA, packet.length - 2)));
  }

  /** The packet. */
  public byte[] encode() {
    byte[] packet = new byte[SHORTEST + data.length];
    packet[0] = (byte) packet.length;
    packet[1] = (byte) opcode;
    packet[2] = (byte) param1;
    packet[3] = (byte) param2;
    packet[4] = (byte) (param2 >>> Byte.SIZE);
    System.arraycopy(data, 0, packet, DATA, data.length);
    Crc16.append(packet);
    return packet;
  }

  /** The opcode's byte. */
  public int opcode() {
    return opcode;
  }

  /** The first parameter, 0 to 255: mode or zone. */
  public int param1() {
    return param1;
  }

  /** The second parameter, 0 to 65535: key, address. */
  public int param2() {
    return param2;
  }

  /** The data; a copy. */
  public byte[] data() {
    return data.clone();
  }

  @Override
  public String toString() {
    return Opcode.of(opcode)
            .map(Opcode::name)
            .orElseGet(() -> String.format(Locale.ROOT, "0x%02X", opcode))
        + String.format(Locale.ROOT, "(0x%02X, 0x%04X)", param1, param2);
  }
}
