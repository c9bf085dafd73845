package io.sallyport.hw.atecc608a.transport;

import com.fazecast.jSerialComm.SerialPort;
import com.fazecast.jSerialComm.SerialPortInvalidPortException;
import io.sallyport.hw.atecc608a.packet.Wire;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.OptionalInt;

/** Chips behind Microchip's kit protocol. */
public final class Kits {
  /** Longer than the longest command takes. */
  private static final int PATIENCE_MS = 3000;

  private static final int BAUD = 115_200;
  private static final int DATA_BITS = 8;

  private Kits() {}

  /**
   * Connects to a kit over TCP and finds the chip.
   *
   * @param address the chip's address, in eight bits; empty for the first ATECC608
   * @throws IOException when there is no kit, or no chip
   */
  public static Wire overTcp(String host, int port, OptionalInt address) throws IOException {
    Socket socket = new Socket();
    boolean connected = false;
    try {
      socket.connect(new InetSocketAddress(host, port), PATIENCE_MS);
      socket.setSoTimeout(PATIENCE_MS);
      socket.setTcpNoDelay(true);
      KitLine line =
          new StreamLine(
              new BufferedInputStream(socket.getInputStream()), socket.getOutputStream(), socket);
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

  /**
   * Opens a kit's serial line and finds the chip.
   *
   * @param device the line, such as /dev/ttyACM0
   * @param address the chip's address, in eight bits; empty for the first ATECC608
   * @throws IOException when there is no kit, or no chip, or jSerialComm is not there
   */
  public static Wire overSerialLine(String device, OptionalInt address) throws IOException {
    try {
      return KitWire.open(Serial.open(device), address);
    } catch (NoClassDefFoundError | UnsatisfiedLinkError e) {
      throw new IOException(
          "A serial line needs jSerialComm; install its bundle (com.fazecast:jSerialComm).", e);
    } catch (IOException e) {
      throw new IOException("No secure element at " + device + " (" + e.getMessage() + ").", e);
    }
  }

  /** Apart, because its library may be missing. */
  private static final class Serial {
    static KitLine open(String device) throws IOException {
      SerialPort port;
      try {
        port = SerialPort.getCommPort(device);
      } catch (SerialPortInvalidPortException e) {
        throw new IOException("There is no such serial line; correct 'address'.", e);
      }
      port.setComPortParameters(BAUD, DATA_BITS, SerialPort.ONE_STOP_BIT, SerialPort.NO_PARITY);
      port.setComPortTimeouts(
          SerialPort.TIMEOUT_READ_SEMI_BLOCKING | SerialPort.TIMEOUT_WRITE_BLOCKING,
          PATIENCE_MS,
          PATIENCE_MS);
      if (!port.openPort()) {
        throw new IOException(
            "The serial line cannot be opened (error "
                + port.getLastErrorCode()
                + "); check its permissions.");
      }
      return new StreamLine(port.getInputStream(), port.getOutputStream(), () -> port.closePort());
    }
  }
}
