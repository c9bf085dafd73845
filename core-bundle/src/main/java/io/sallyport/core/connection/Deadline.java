package io.sallyport.core.connection;

import java.time.Duration;

/** A moment after which an operation has failed. */
final class Deadline {
  private final long start = System.nanoTime();
  private final Duration length;

  Deadline(Duration length) {
    this.length = length;
  }

  Duration length() {
    return length;
  }

  /** Milliseconds left, rounded up, 0 when it has passed. */
  long millisLeft() {
    long nanos = length.toNanos() - (System.nanoTime() - start);
    return nanos <= 0 ? 0 : (nanos + 999_999) / 1_000_000;
  }

  boolean passed() {
    return millisLeft() == 0;
  }
}
