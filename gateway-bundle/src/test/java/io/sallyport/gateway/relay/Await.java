package io.sallyport.gateway.relay;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for conditions. */
public final class Await {
  private static final long DEADLINE_SECONDS = 20;

  private Await() {}

  /** Waits until something holds; fails with what was waited for. */
  public static void until(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        fail("In vain waited until " + what);
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
