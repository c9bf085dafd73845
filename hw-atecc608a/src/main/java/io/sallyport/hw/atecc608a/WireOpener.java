package io.sallyport.hw.atecc608a;

import io.sallyport.hw.atecc608a.packet.Wire;
import java.io.IOException;

/** Opens the way to the chip, as often as it was lost. */
@FunctionalInterface
public interface WireOpener extends AutoCloseable {
  /**
   * Opens it.
   *
   * @throws IOException when the chip cannot be reached now
   */
  Wire open() throws IOException;

  /** Gives back what outlives a wire, such as a simulator. */
  @Override
  default void close() {}
}
