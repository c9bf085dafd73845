package io.sallyport.hw.atecc608a;

import io.sallyport.hw.KeyHardware;
import io.sallyport.hw.atecc608a.simulator.Layout;
import io.sallyport.hw.testkit.HardwareKeyContractTest;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The embedded simulator, on every stack. */
class SimulatorContractTest extends HardwareKeyContractTest {
  @TempDir private Path state;
  private WireOpener opener;

  @Override
  protected String name() {
    return "atecc608a";
  }

  @Override
  protected KeyHardware hardware() {
    opener = new SimulatedWire(state.resolve("chip"), Layout.TRUST_AND_GO);
    return new Atecc608aHardware(opener, 0, Optional.empty());
  }

  @AfterEach
  void closeChip() {
    opener.close();
  }
}
