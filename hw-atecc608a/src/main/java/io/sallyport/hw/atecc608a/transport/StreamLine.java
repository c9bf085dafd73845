package io.sallyport.hw.atecc608a.transport;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A line over two streams, whose reads end within a deadline of their own. */
final class StreamLine implements KitLine {
  private static final int LONGEST = 1024;

  private final InputStream in;
  private final OutputStream out;
  private final Closeable owner;

  /**
   * A line.
   *
   * @param in reads byte by byte; buffered where that is costly
   * @param owner closed with this
   */
  StreamLine(InputStream in, OutputStream out, Closeable owner) {
    this.in = in;
    this.out = out;
    this.owner = owner;
  }

  @Override
  public void send(String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  @Override
  public String receive() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("The kit has hung up.");
      }
      if (next != 0) { // Some kits send NULs along.
        line.append((char) next);
      }
      if (line.length() > LONGEST) {
        throw new IOException("The kit's answer is longer than any of its protocol.");
      }
    }
    return line.toString().strip();
  }

  @Override
  public void close() {
    try {
      owner.close();
    } catch (IOException e) {
      // It is gone in any case.
    }
  }
}
