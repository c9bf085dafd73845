package io.sallyport.hw.atecc608a.packet;

import java.io.IOException;

/**
 * The way to one chip: a bus, an adapter or a simulator. Not thread-safe. Every call ends within
 * the transport's deadline.
 */
public interface Wire extends AutoCloseable {
  /**
   * Wakes the chip.
   *
   * @return its first answer, a status packet; empty when there was none
   * @throws IOException when the transport fails
   */
  byte[] wake() throws IOException;

  /** Lets it sleep lightly: its volatile memory stays. */
  void idle() throws IOException;

  /** Lets it sleep: its volatile memory is lost. */
  void sleep() throws IOException;

  /**
   * Sends a command packet, from its count to its CRC.
   *
   * @throws IOException when the transport fails, or the chip does not take it
   */
  void send(byte[] packet) throws IOException;

  /**
   * Asks for the response.
   *
   * @return a packet from its count to its CRC; empty while the chip is busy
   * @throws IOException when the transport fails
   */
  byte[] receive() throws IOException;

  /** Gives the transport back; the chip stays as it is. Idempotent, never throws. */
  @Override
  void close();
}
