package io.sallyport.hw.atecc608a;

import io.sallyport.hw.atecc608a.simulator.Layout;
import io.sallyport.hw.atecc608a.transport.I2cWire;
import io.sallyport.hw.atecc608a.transport.Kits;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.nio.file.Path;
import java.util.OptionalInt;

/** The ways to the chip that can be configured. */
public final class Transports {
  private Transports() {}

  /**
   * The way of this name.
   *
   * @param transport simulator, kit-tcp, kit-serial or i2c
   * @param address with a kit host:port or its serial line, with i2c the bus
   * @param chipAddress the chip's address in hexadecimal, in eight bits; empty for the first one
   * @param state with the simulator the file of its state
   * @param layout with the simulator how a new chip leaves its maker
   * @throws TlsException INVALID_ARG when that is not right
   */
  public static WireOpener of(
      String transport, String address, String chipAddress, Path state, String layout)
      throws TlsException {
    OptionalInt chip = chipAddress(chipAddress);
    return switch (transport) {
      case "simulator" -> new SimulatedWire(state, layout(layout));
      case "kit-tcp" -> kitOverTcp(address, chip);
      case "kit-serial" -> {
        String line = device(address, "the serial line, such as /dev/ttyACM0");
        yield () -> Kits.overSerialLine(line, chip);
      }
      case "i2c" -> {
        String bus = device(address, "the bus, such as /dev/i2c-1");
        yield () -> I2cWire.open(bus, chip);
      }
      default ->
          throw wrong(
              "'transport' is '" + transport + "'; give simulator, kit-tcp, kit-serial or i2c");
    };
  }

  private static String device(String address, String what) throws TlsException {
    if (address.isBlank()) {
      throw wrong("'address' is missing; give " + what);
    }
    return address.strip();
  }

  private static Layout layout(String name) throws TlsException {
    try {
      return Layout.of(name);
    } catch (IllegalArgumentException e) {
      throw wrong(
          "'simulator.layout' is '" + name + "'; give trust-and-go, trustflex or trustcustom");
    }
  }

  private static WireOpener kitOverTcp(String address, OptionalInt chip) throws TlsException {
    int colon = address.lastIndexOf(':');
    try {
      String host = address.substring(0, Math.max(0, colon));
      int port = Integer.parseInt(address.substring(colon + 1));
      if (!host.isBlank() && port > 0 && port < 65536) {
        return () -> Kits.overTcp(host, port, chip);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw wrong("'address' is '" + address + "'; give host:port of the kit");
  }

  private static OptionalInt chipAddress(String text) throws TlsException {
    if (text.isBlank()) {
      return OptionalInt.empty();
    }
    try {
      int address = Integer.parseInt(text.strip(), 16);
      if (address > 0 && address < 256 && address % 2 == 0) {
        return OptionalInt.of(address);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw wrong("'i2c.address' is '" + text + "'; give eight bits in hexadecimal, such as 6A");
  }

  static TlsException wrong(String what) {
    return new TlsException(TlsErrorCode.INVALID_ARG, "For the secure element, " + what + ".");
  }
}
