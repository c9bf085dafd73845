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

/**
 * The registry's two threads: one for selections, which take proofs, and one for what must be done
 * in time, such as looks and drain deadlines. Nothing on the second one waits.
 */
final class Background implements AutoCloseable {
  /** At start the stacks arrive one after another; the best of them is worth this wait. */
  private static final Duration SETTLING = Duration.ofMillis(60);

  private static final Duration FAILOVER_DEADLINE = Duration.ofSeconds(45);

  private final ScheduledThreadPoolExecutor selections = thread("sallyport-registry");
  private final ScheduledThreadPoolExecutor timers = thread("sallyport-timers");

  private @Nullable ScheduledFuture<?> pending;

  private static ScheduledThreadPoolExecutor thread(String name) {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return executor;
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
      pending = selections.schedule(task, atOnce ? 0 : SETTLING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      pending = null; // The registry is closed; nothing is selected any more.
    }
  }

  /** What appears from now on may not be seen by the selection that begins: it needs another. */
  private synchronized void begun() {
    pending = null;
  }

  /** Selects once more after a while. */
  void reselectLater(Duration delay, Runnable reselect) {
    try {
      ScheduledFuture<?> unused =
          selections.schedule(reselect, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // The registry is closed; nothing is selected any more.
    }
  }

  /** Selects and waits for the end of it, also when interrupted, but for so long at most. */
  void reselectNow(Runnable reselect) {
    Future<?> done;
    try {
      done = selections.submit(reselect);
    } catch (RejectedExecutionException e) {
      return; // The registry is closed; nothing is selected any more.
    }
    boolean interrupted = false;
    long end = System.nanoTime() + FAILOVER_DEADLINE.toNanos();
    try {
      while (true) {
        try {
          done.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
          return;
        } catch (InterruptedException e) {
          interrupted = true; // Whoever stops a bundle must not leave its stack selected.
        }
      }
    } catch (ExecutionException | TimeoutException e) {
      // What is selected then shows whether it has come to its end.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Does something later, or at once when the end has come.
   *
   * @return takes it back, if it has not begun
   */
  Runnable after(Duration delay, Runnable task) {
    try {
      ScheduledFuture<?> due = timers.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> due.cancel(false);
    } catch (RejectedExecutionException e) {
      task.run();
      return () -> {};
    }
  }

  /** Does something again and again until the end. */
  void every(Duration period, Runnable task) {
    ScheduledFuture<?> unused =
        timers.scheduleWithFixedDelay(
            task, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    selections.shutdownNow();
    timers.shutdownNow();
  }
}
