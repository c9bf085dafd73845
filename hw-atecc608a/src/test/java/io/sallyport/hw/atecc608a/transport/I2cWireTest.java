package io.sallyport.hw.atecc608a.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.hw.DeviceLostException;
import io.sallyport.hw.atecc608a.driver.Atecc608;
import io.sallyport.hw.atecc608a.packet.Wire;
import io.sallyport.hw.atecc608a.simulator.Atecc608Simulator;
import io.sallyport.hw.atecc608a.simulator.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bus as Linux shows it, with a simulated chip at its end. */
class I2cWireTest {
  private static final int REMOTE_IO = 121;

  @TempDir private Path folder;
  private Atecc608Simulator simulator;
  private Bus bus;

  @BeforeEach
  void open() throws IOException {
    simulator = Atecc608Simulator.open(folder.resolve("chip"), Layout.TRUSTFLEX);
    bus = new Bus(simulator.wire());
  }

  @AfterEach
  void close() throws IOException {
    simulator.close();
  }

  /** What the kernel does: no acknowledgement is errno 121; a read pointer that goes on. */
  private static final class Bus implements LinuxIo {
    final List<Long> addressed = new ArrayList<>();
    boolean closed;
    boolean unplugged;
    int busy;
    private final Wire chip;
    private long target;
    private byte[] answer = new byte[0];
    private int at;

    Bus(Wire chip) {
      this.chip = chip;
    }

    @Override
    public int open(String path) {
      return path.equals("/dev/i2c-1") ? 7 : -1;
    }

    @Override
    public int ioctl(int descriptor, long request, long argument) {
      assertEquals(7, descriptor);
      assertEquals(0x0703, request);
      target = argument;
      addressed.add(argument);
      return 0;
    }

    @Override
    public int write(int descriptor, byte[] from, int length) {
      try {
        if (target == 0) {
          byte[] woken = chip.wake();
          answer = unplugged ? new byte[0] : woken;
          at = 0;
          return -1; // Nobody has that address.
        }
        if (target != 0x36 || unplugged) {
          return -1;
        }
        switch (from[0]) {
          case 0 -> {
            if (busy > 0) {
              busy--;
              return -1;
            }
            answer = chip.receive();
            at = 0;
          }
          case 1 -> chip.sleep();
          case 2 -> chip.idle();
          case 3 -> {
            byte[] packet = new byte[length - 1];
            System.arraycopy(from, 1, packet, 0, packet.length);
            chip.send(packet);
          }
          default -> throw new AssertionError("word address " + from[0]);
        }
        return length;
      } catch (IOException e) {
        return -1;
      }
    }

    @Override
    public int read(int descriptor, byte[] into, int length) {
      if (target != 0x36 || unplugged) {
        return -1;
      }
      for (int i = 0; i < length; i++) {
        into[i] = at < answer.length ? answer[at] : (byte) 0xFF;
        at++;
      }
      return length;
    }

    @Override
    public void close(int descriptor) {
      closed = true;
    }

    @Override
    public int lastError() {
      return REMOTE_IO;
    }
  }

  private I2cWire wire(OptionalInt address) throws IOException {
    return I2cWire.open(bus, millis -> {}, "/dev/i2c-1", address);
  }

  @Test
  void theChipIsFoundAmongTheUsualAddresses() throws IOException {
    try (Atecc608 chip = new Atecc608(wire(OptionalInt.empty()), millis -> {})) {
      assertEquals(List.of(0L, 0x35L, 0L, 0x36L), bus.addressed);
      assertArrayEquals(new byte[] {0, 0, 0x60, 2}, chip.revision());
      byte[] digest = new byte[32];
      assertTrue(chip.verify(digest, chip.sign(0, digest), chip.publicKey(0)));
    }
    assertTrue(bus.closed);
  }

  @Test
  void aBusyChipIsAskedAgain() throws IOException {
    try (Atecc608 chip = new Atecc608(wire(OptionalInt.of(0x6C)), millis -> {})) {
      bus.busy = 50;
      assertEquals(32, chip.random().length);
    }
  }

  @Test
  void aChipThatWasPulledOutIsLostAndFoundAgain() throws IOException {
    try (Atecc608 chip = new Atecc608(wire(OptionalInt.of(0x6C)), millis -> {})) {
      bus.unplugged = true;
      assertThrows(DeviceLostException.class, chip::random);
      bus.unplugged = false;
      assertEquals(32, chip.random().length);
    }
  }

  @Test
  void whatIsNotThereIsSaid() {
    IOException bad =
        assertThrows(
            IOException.class,
            () -> I2cWire.open(bus, millis -> {}, "/dev/i2c-9", OptionalInt.empty()));
    assertTrue(bad.getMessage().contains("/dev/i2c-9 cannot be opened (errno 121)"));
    IOException nobody = assertThrows(IOException.class, () -> wire(OptionalInt.of(0xC0)));
    assertTrue(nobody.getMessage().contains("at C0"), nobody.getMessage());
    assertTrue(bus.closed);
  }

  /** The real functions, as far as a machine without the bus can show. */
  @Test
  void linuxIsCalledByJna() {
    IOException missing =
        assertThrows(
            IOException.class, () -> I2cWire.open("/dev/no-such-bus", OptionalInt.empty()));
    assertTrue(missing.getMessage().contains("errno 2)"), missing.getMessage());
    LinuxIo io = new JnaLinuxIo();
    int descriptor = io.open("/dev/null");
    assertTrue(descriptor > 2);
    assertEquals(3, io.write(descriptor, new byte[3], 3));
    assertEquals(0, io.read(descriptor, new byte[3], 3));
    assertEquals(-1, io.ioctl(descriptor, 0x0703, 0x35));
    assertEquals(25, io.lastError(), "ENOTTY");
    io.close(descriptor);
  }

  @Test
  void aSerialLineThatIsNotThereIsSaid() {
    IOException missing =
        assertThrows(
            IOException.class, () -> Kits.overSerialLine("/dev/no-such-line", OptionalInt.empty()));
    assertTrue(missing.getMessage().startsWith("No secure element at /dev/no-such-line ("));
  }
}
