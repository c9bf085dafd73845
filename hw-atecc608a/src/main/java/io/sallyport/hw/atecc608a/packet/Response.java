package io.sallyport.hw.atecc608a.packet;

import java.util.Arrays;
import java.util.Optional;

/** A response: count, data or one status byte, CRC. Immutable. */
public final class Response {
  /** The shortest packet, of a status. */
  public static final int SHORTEST = 4;

  /** The longest packet. */
  public static final int LONGEST = 151;

  private final byte[] data;

  private Response(byte[] data) {
    this.data = data;
  }

  /** One with data. */
  public static Response of(byte... data) {
    if (data.length == 0 || data.length > LONGEST - 3) {
      throw new IllegalArgumentException("A response has no " + data.length + " bytes.");
    }
    return new Response(data.clone());
  }

  /** One with a status. */
  public static Response of(Status status) {
    return new Response(new byte[] {(byte) status.code()});
  }

  /**
   * Reads a packet.
   *
   * @return empty when it is damaged
   */
  public static Optional<Response> parse(byte[] packet) {
    if (packet.length < SHORTEST
        || packet.length > LONGEST
        || (packet[0] & 0xFF) != packet.length
        || !Crc16.isRight(packet)) {
      return Optional.empty();
    }
    return Optional.of(new Response(Arrays.copyOfRange(packet, 1, packet.length - 2)));
  }

  /** The packet. */
  public byte[] encode() {
    byte[] packet = new byte[data.length + 3];
    packet[0] = (byte) packet.length;
    System.arraycopy(data, 0, packet, 1, data.length);
    Crc16.append(packet);
    return packet;
  }

  /** The data; a copy. */
  public byte[] data() {
    return data.clone();
  }

  /** Whether it is one byte, which is a status unless a command answers by one byte of data. */
  public boolean isStatus() {
    return data.length == 1;
  }

  /** The status of a response of one byte; SUCCESS for data. */
  public Status status() {
    return isStatus() ? Status.of(data[0]) : Status.SUCCESS;
  }
}
