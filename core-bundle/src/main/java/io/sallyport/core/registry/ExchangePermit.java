package io.sallyport.core.registry;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** One exchange at a time: a permit, not a monitor, because stacks are called with it. */
final class ExchangePermit {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final Semaphore permit = new Semaphore(1, true);

  interface Exchange<T> {
    T perform() throws TlsException;
  }

  /**
   * Waits for its turn.
   *
   * @throws TlsException INVALID_STATE when it does not come in time; else the exchange's own
   */
  <T> T exclusively(Exchange<T> exchange) throws TlsException {
    boolean permitted;
    try {
      permitted = permit.tryAcquire(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      permitted = false;
    }
    if (!permitted) {
      throw new TlsException(
          TlsErrorCode.INVALID_STATE,
          "Another exchange of stacks did not end within "
              + DEADLINE.toSeconds()
              + " s; try again when it is done.");
    }
    try {
      return exchange.perform();
    } finally {
      permit.release();
    }
  }

  /** Does it only if nothing else is under way. */
  void ifFree(Runnable task) {
    if (permit.tryAcquire()) {
      try {
        task.run();
      } finally {
        permit.release();
      }
    }
  }
}
