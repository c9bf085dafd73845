package io.sallyport.hw.atecc608a.transport;

import io.sallyport.hw.atecc608a.packet.Wire;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** The kit protocol over TCP. */
public final class TcpLine implements KitLine {
  /** Longer than the longest command takes. */
  private static final int PATIENCE_MS = 3000;

  private static final int LONGEST = 1024;

  private final Socket socket;
  private final InputStream in;

  private TcpLine(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /**
   * Connects to a kit and finds the chip.
   *
   * @param address the chip's address, in eight bits; empty for the first ATECC608
   * @throws IOException when there is no kit, or no chip
   */
  public static Wire open(String host, int port, OptionalInt address) throws IOException {
    Socket socket = new Socket();
    boolean connected = false;
    try {
      socket.connect(new InetSocketAddress(host, port), PATIENCE_MS);
      socket.setSoTimeout(PATIENCE_MS);
      socket.setTcpNoDelay(true);
      TcpLine line = new TcpLine(socket);
      connected = true;
      return KitWire.open(line, address);
    } catch (IOException e) {
      throw new IOException(
          "No secure element at " + host + ":" + port + " (" + e.getMessage() + ").", e);
    } finally {
      if (!connected) {
        socket.close();
      }
    }
  }

  @Override
  public void send(String line) throws IOException {
    socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public String receive() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("The kit has hung up.");
      }
      if (next != 0) {
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
      socket.close();
    } catch (IOException e) {
      // It is gone in any case.
    }
  }
}
