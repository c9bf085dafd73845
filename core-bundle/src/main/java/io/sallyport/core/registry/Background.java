package io.sallyport.core.registry;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The registry's one thread for selection and drain deadlines. */
final class Background implements AutoCloseable {
  /** At start the stacks arrive one after another; the best of them is worth this wait. */
  private static final Duration SETTLING = Duration.ofMillis(60);

  private static final Duration FAILOVER_DEADLINE = Duration.ofSeconds(45);

  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "sallyport-registry");
            thread.setDaemon(true);
            return thread;
          });

  private @Nullable ScheduledFuture<?> pending;

  Background() {
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Selects once for all calls that come within the settling time; or at once. */
  synchronized void reselectSoon(boolean atOnce, Runnable reselect) {
    if (pending != null) {
      if (!atOnce) {
        return;
      }
      pending.cancel(false);
    }
    Runnable task =
        () -> {
          begun();
          reselect.run();
        };
    try {
      pending = executor.schedule(task, atOnce ? 0 : SETTLING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      pending = null; // The registry is closed; nothing is selected any more.
    }
  }

  /** What appears from now on may not be seen by the selection that begins: it needs another. */
  private synchronized void begun() {
    pending = null;
  }

  /** Selects and waits for the end of it. */
  void reselectNow(Runnable reselect) {
    Future<?> done;
    try {
      done = executor.submit(reselect);
    } catch (RejectedExecutionException e) {
      return; // The registry is closed; nothing is selected any more.
    }
    try {
      done.get(FAILOVER_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("The selection of another TLS stack did not end.", e);
    }
  }

  /**
   * Does something later, or at once when the end has come.
   *
   * @return takes it back, if it has not begun
   */
  Runnable after(Duration delay, Runnable task) {
    try {
      ScheduledFuture<?> due = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> due.cancel(false);
    } catch (RejectedExecutionException e) {
      task.run();
      return () -> {};
    }
  }

  /** Does something again and again until the end. */
  void every(Duration period, Runnable task) {
    ScheduledFuture<?> unused =
        executor.scheduleWithFixedDelay(
            task, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
