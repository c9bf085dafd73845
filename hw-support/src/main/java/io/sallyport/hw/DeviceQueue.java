package io.sallyport.hw;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The device's own thread, and who waits for it. Thread-safe; one operation runs at a time, in the
 * order of the calls.
 */
final class DeviceQueue implements AutoCloseable {
  private final String name;
  private final Limits limits;
  private final ThreadPoolExecutor thread;

  DeviceQueue(String name, Limits limits) {
    this.name = name;
    this.limits = limits;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.MILLISECONDS,
            new ArrayBlockingQueue<>(limits.waiting()),
            task -> {
              Thread device = new Thread(task, "sallyport-" + name);
              device.setDaemon(true);
              return device;
            });
  }

  int waiting() {
    return thread.getQueue().size();
  }

  /**
   * Does something on the device's thread and waits for the result.
   *
   * @throws TlsException SE_FAILED when too many wait, TIMEOUT when the deadline passed,
   *     INVALID_STATE after the end
   * @throws IOException what the operation threw
   */
  <T> T call(Callable<T> operation) throws IOException {
    Future<T> result;
    try {
      result = thread.submit(operation);
    } catch (RejectedExecutionException e) {
      throw thread.isShutdown() ? stopped() : full();
    }
    try {
      return result.get(limits.deadline().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      result.cancel(true);
      throw new TlsException(
          TlsErrorCode.TIMEOUT,
          "The device "
              + name
              + " did not answer within "
              + limits.deadline().toMillis()
              + " ms; check it, or allow more time with queue.deadline.ms.");
    } catch (InterruptedException e) {
      result.cancel(true);
      Thread.currentThread().interrupt();
      throw new TlsException(
          TlsErrorCode.INVALID_STATE, "Waiting for the device " + name + " was interrupted.", e);
    } catch (CancellationException e) {
      throw stopped();
    } catch (ExecutionException e) {
      throw explained(e.getCause());
    }
  }

  private IOException explained(@Nullable Throwable cause) {
    if (cause instanceof IOException known) {
      return known;
    }
    if (thread.isShutdown()) {
      return stopped();
    }
    TlsException failed =
        new TlsException(TlsErrorCode.SE_FAILED, "The device " + name + " failed: " + cause + ".");
    failed.initCause(cause);
    return failed;
  }

  private TlsException full() {
    return new TlsException(
        TlsErrorCode.SE_FAILED,
        "More than "
            + limits.waiting()
            + " operations wait for the device "
            + name
            + ", so this one is refused; try again, or allow more with queue.limit.");
  }

  /** What is told after the end. */
  TlsException stopped() {
    return new TlsException(
        TlsErrorCode.SE_FAILED, "The key provider " + name + " has stopped; start its bundle.");
  }

  /** Takes no more, interrupts what runs, and lets those that wait fail. */
  @Override
  public void close() {
    for (Runnable left : thread.shutdownNow()) {
      if (left instanceof Future<?> waiting) {
        waiting.cancel(true);
      }
    }
    try {
      if (!thread.awaitTermination(limits.deadline().toMillis(), TimeUnit.MILLISECONDS)) {
        return; // It does not heed its interruption; it is a daemon and has nothing left to do.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
