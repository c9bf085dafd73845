package io.sallyport.hw.atecc608a;

import io.sallyport.hw.atecc608a.simulator.Layout;
import io.sallyport.hw.atecc608a.transport.I2cWire;
import io.sallyport.hw.atecc608a.transport.Kits;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.nio.file.Path;
import java.util.OptionalInt;

/** The ways to the chip that can be configured. */
final class Transports {
  private Transports() {}

  /**
   * The configured one.
   *
   * @param base what relative paths are relative to
   * @throws TlsException INVALID_ARG when the configuration is not right
   */
  static WireOpener of(Atecc608aConfiguration configuration, Path base) throws TlsException {
    return switch (configuration.transport()) {
      case "simulator" ->
          new SimulatedWire(
              base.resolve(configuration.simulator_state()),
              layout(configuration.simulator_layout()));
      case "kit-tcp" -> kitOverTcp(configuration);
      case "kit-serial" -> {
        String device = device(configuration, "the serial line, such as /dev/ttyACM0");
        OptionalInt chip = chipAddress(configuration.i2c_address());
        yield () -> Kits.overSerialLine(device, chip);
      }
      case "i2c" -> {
        String device = device(configuration, "the bus, such as /dev/i2c-1");
        OptionalInt chip = chipAddress(configuration.i2c_address());
        yield () -> I2cWire.open(device, chip);
      }
      default ->
          throw wrong(
              "'transport' is '"
                  + configuration.transport()
                  + "'; give simulator, kit-tcp, kit-serial or i2c");
    };
  }

  private static String device(Atecc608aConfiguration configuration, String what)
      throws TlsException {
    if (configuration.address().isBlank()) {
      throw wrong("'address' is missing; give " + what);
    }
    return configuration.address().strip();
  }

  private static Layout layout(String name) throws TlsException {
    try {
      return Layout.of(name);
    } catch (IllegalArgumentException e) {
      throw wrong(
          "'simulator.layout' is '" + name + "'; give trust-and-go, trustflex or trustcustom");
    }
  }

  private static WireOpener kitOverTcp(Atecc608aConfiguration configuration) throws TlsException {
    String address = configuration.address();
    int colon = address.lastIndexOf(':');
    OptionalInt chip = chipAddress(configuration.i2c_address());
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
    return new TlsException(
        TlsErrorCode.INVALID_ARG,
        "In the configuration " + Atecc608aComponent.PID + ", " + what + ".");
  }
}
