package io.sallyport.hw.atecc608a;

import io.sallyport.hw.atecc608a.packet.Wire;
import io.sallyport.hw.atecc608a.simulator.Atecc608Simulator;
import io.sallyport.hw.atecc608a.simulator.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the embedded chip when it is first needed. Used by the device's thread and at the end. */
final class SimulatedWire implements WireOpener {
  private final Path state;
  private final Layout layout;
  private Optional<Atecc608Simulator> chip = Optional.empty();
  private boolean closed;

  SimulatedWire(Path state, Layout layout) {
    this.state = state;
    this.layout = layout;
  }

  @Override
  public synchronized Wire open() throws IOException {
    if (closed) {
      throw new IOException("The provider has stopped.");
    }
    if (chip.isEmpty()) {
      chip = Optional.of(Atecc608Simulator.open(state, layout));
    }
    return chip.get().wire();
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      if (chip.isPresent()) {
        chip.get().close();
      }
    } catch (IOException e) {
      // Its state was on the disk before each answer.
    }
  }
}
