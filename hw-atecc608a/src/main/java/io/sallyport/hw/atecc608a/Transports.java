package io.sallyport.hw.atecc608a;

import io.sallyport.hw.atecc608a.simulator.Layout;
import io.sallyport.hw.atecc608a.transport.TcpLine;
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
      default ->
          throw wrong(
              "'transport' is '" + configuration.transport() + "'; give simulator or kit-tcp");
    };
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
        return () -> TcpLine.open(host, port, chip);
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
