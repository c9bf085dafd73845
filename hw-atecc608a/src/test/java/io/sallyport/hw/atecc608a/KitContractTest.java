package io.sallyport.hw.atecc608a;

import io.sallyport.hw.KeyHardware;
import io.sallyport.hw.atecc608a.simulator.Atecc608Simulator;
import io.sallyport.hw.atecc608a.simulator.KitServer;
import io.sallyport.hw.atecc608a.simulator.Layout;
import io.sallyport.hw.atecc608a.transport.Kits;
import io.sallyport.hw.testkit.HardwareKeyContractTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A chip behind the kit protocol over TCP, on every stack. */
class KitContractTest extends HardwareKeyContractTest {
  @TempDir private Path state;
  private Atecc608Simulator chip;
  private KitServer server;

  @Override
  protected String name() {
    return "atecc608a";
  }

  @Override
  protected KeyHardware hardware() throws IOException {
    chip = Atecc608Simulator.open(state.resolve("chip"), Layout.TRUSTFLEX);
    server = KitServer.start(chip, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    int port = server.port();
    return new Atecc608aHardware(
        () -> Kits.overTcp("127.0.0.1", port, OptionalInt.of(0x6C)), 2, Optional.empty());
  }

  @AfterEach
  void closeChip() throws IOException {
    server.close();
    chip.close();
  }
}
