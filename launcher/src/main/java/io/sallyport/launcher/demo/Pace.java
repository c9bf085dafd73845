package io.sallyport.launcher.demo;

import java.util.concurrent.TimeUnit;

/**
 * Holds a stream back to a rate, so that it leaves a small machine room for handshakes. Confined to
 * one thread.
 */
final class Pace {
  private final long bytesPerSecond;
  private long dueNanos = System.nanoTime();

  Pace(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Waits as long as so many bytes may take; time that was lost is not made up for. */
  void after(int bytes) {
    long now = System.nanoTime();
    dueNanos = Math.max(dueNanos, now) + bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
    long wait = dueNanos - now;
    try {
      TimeUnit.NANOSECONDS.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
