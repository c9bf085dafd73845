package io.sallyport.hw.atecc608a.driver;

import java.io.IOException;
import java.io.InterruptedIOException;

/** How the driver waits; tests do not. */
@FunctionalInterface
public interface Delay {
  /** By the clock. */
  Delay REAL =
      millis -> {
        try {
          Thread.sleep(millis);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("Waiting for the chip was interrupted.");
        }
      };

  /**
   * Waits.
   *
   * @throws IOException when it was interrupted
   */
  void millis(long millis) throws IOException;
}
