package io.sallyport.itest;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition, not for a time. */
final class Await {
  private static final long STEP_MILLIS = 20;

  private Await() {}

  static void until(String what, Callable<Boolean> condition) throws Exception {
    until(what, Duration.ofSeconds(30), condition);
  }

  static void until(String what, Duration deadline, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + deadline.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "It did not happen within " + deadline.toSeconds() + " s: " + what);
      }
      Thread.sleep(STEP_MILLIS);
    }
  }
}
