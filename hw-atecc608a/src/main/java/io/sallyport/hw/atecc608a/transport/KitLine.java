package io.sallyport.hw.atecc608a.transport;

import java.io.IOException;

/** A line to a kit: a socket or a serial line. Not thread-safe. */
interface KitLine extends AutoCloseable {
  /** Sends a line, whose end is added. */
  void send(String line) throws IOException;

  /**
   * Receives a line, without its end.
   *
   * @throws IOException also when none comes in time, or it is longer than any of the protocol
   */
  String receive() throws IOException;

  @Override
  void close();
}
