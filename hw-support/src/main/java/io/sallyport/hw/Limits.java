package io.sallyport.hw;

import java.time.Duration;

/**
 * How much may wait for a device, and for how long. Immutable.
 *
 * @param waiting operations that may wait for their turn; more are refused at once
 * @param deadline time from the call to the result, with the wait
 */
public record Limits(int waiting, Duration deadline) {
  /** Refuses limits under which nothing could ever succeed. */
  public Limits {
    if (waiting < 1) {
      throw new IllegalArgumentException(
          "At least one operation must be allowed to wait, not " + waiting + ".");
    }
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException(
          "The deadline of " + deadline.toMillis() + " ms must be positive.");
    }
  }
}
