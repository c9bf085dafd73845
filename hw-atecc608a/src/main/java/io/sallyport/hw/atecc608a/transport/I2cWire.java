package io.sallyport.hw.atecc608a.transport;

import io.sallyport.hw.atecc608a.driver.Delay;
import io.sallyport.hw.atecc608a.packet.Response;
import io.sallyport.hw.atecc608a.packet.Wire;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * A chip on an I2C bus of Linux. Data sheet: "I2C interface". The bus must run at 100 kHz: only so
 * slow a byte holds the line down for long enough to wake the chip.
 */
public final class I2cWire implements Wire {
  /** Of Trust&amp;GO, TrustFLEX, TrustCUSTOM, and what the maker's tools look for besides. */
  private static final int[] USUAL = {0x6A, 0x6C, 0xC0, 0x70};

  private static final long I2C_SLAVE = 0x0703;
  private static final int GENERAL = 0;
  private static final byte RESET = 0;
  private static final byte SLEEP = 1;
  private static final byte IDLE = 2;
  private static final byte COMMAND = 3;
  private static final int WAKE_MS = 2;

  private final LinuxIo io;
  private final Delay delay;
  private final int descriptor;
  private int address;
  private boolean closed;

  private I2cWire(LinuxIo io, Delay delay, int descriptor) {
    this.io = io;
    this.delay = delay;
    this.descriptor = descriptor;
  }

  /**
   * Opens a bus and finds the chip.
   *
   * @param device the bus, such as /dev/i2c-1
   * @param address the chip's address, in eight bits; empty for the usual ones
   * @throws IOException when there is no such bus, no chip, or JNA is not there
   */
  public static Wire open(String device, OptionalInt address) throws IOException {
    try {
      return open(new JnaLinuxIo(), Delay.REAL, device, address);
    } catch (NoClassDefFoundError | UnsatisfiedLinkError e) {
      throw new IOException(
          "I2C needs JNA; install its bundle (net.java.dev.jna:jna), or use a kit.", e);
    }
  }

  static I2cWire open(LinuxIo io, Delay delay, String device, OptionalInt address)
      throws IOException {
    int descriptor = io.open(device);
    if (descriptor < 0) {
      throw new IOException(
          "The I2C bus "
              + device
              + " cannot be opened (errno "
              + io.lastError()
              + "); check its name and its permissions.");
    }
    I2cWire wire = new I2cWire(io, delay, descriptor);
    int[] candidates = address.isPresent() ? new int[] {address.getAsInt()} : USUAL;
    try {
      for (int candidate : candidates) {
        wire.address = candidate >>> 1;
        if (Response.parse(wire.wake()).isPresent()) {
          wire.idle();
          return wire;
        }
      }
    } catch (IOException e) {
      wire.close();
      throw e;
    }
    wire.close();
    throw new IOException(
        "No secure element answers on "
            + device
            + (address.isPresent()
                ? String.format(Locale.ROOT, " at %02X", address.getAsInt())
                : "")
            + "; check its connection and its address.");
  }

  private void talkTo(int target) throws IOException {
    if (closed || io.ioctl(descriptor, I2C_SLAVE, target) < 0) {
      throw new IOException("The I2C bus takes no address (errno " + io.lastError() + ").");
    }
  }

  /** A byte to the address 0 holds the line down; nobody acknowledges it, as it should be. */
  @Override
  public byte[] wake() throws IOException {
    talkTo(GENERAL);
    io.write(descriptor, new byte[] {SLEEP}, 1);
    delay.millis(WAKE_MS);
    talkTo(address);
    byte[] answer = new byte[Response.SHORTEST];
    return io.read(descriptor, answer, answer.length) == answer.length ? answer : new byte[0];
  }

  @Override
  public void idle() throws IOException {
    write(IDLE);
  }

  @Override
  public void sleep() throws IOException {
    write(SLEEP);
  }

  @Override
  public void send(byte[] packet) throws IOException {
    byte[] bytes = new byte[packet.length + 1];
    bytes[0] = COMMAND;
    System.arraycopy(packet, 0, bytes, 1, packet.length);
    write(bytes);
  }

  private void write(byte... bytes) throws IOException {
    if (closed || io.write(descriptor, bytes, bytes.length) != bytes.length) {
      throw new IOException(
          "The secure element does not acknowledge its address (errno " + io.lastError() + ").");
    }
  }

  /** While it is busy it acknowledges nothing. */
  @Override
  public byte[] receive() throws IOException {
    if (closed) {
      throw new IOException("The I2C bus has been closed.");
    }
    byte[] count = new byte[1];
    if (io.write(descriptor, new byte[] {RESET}, 1) != 1 || io.read(descriptor, count, 1) != 1) {
      return new byte[0];
    }
    int length = count[0] & 0xFF;
    if (length < Response.SHORTEST || length > Response.LONGEST) {
      return count; // Damaged; the driver asks again.
    }
    byte[] rest = new byte[length - 1];
    int read = io.read(descriptor, rest, rest.length);
    byte[] packet = Arrays.copyOf(count, 1 + Math.max(0, read));
    System.arraycopy(rest, 0, packet, 1, packet.length - 1);
    return packet;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      io.close(descriptor);
    }
  }
}
