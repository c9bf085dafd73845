package io.sallyport.core.registry;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Has tasks started on other threads. A new thread remembers the classes that were being called
 * when it was made; made here, and not where a stack's bundle registers its service, it keeps no
 * bundle from being collected after it has gone.
 */
final class CleanStart implements Executor, AutoCloseable {
  private final ThreadPoolExecutor starter =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> {
            Thread thread = new Thread(task, "sallyport-starter");
            thread.setDaemon(true);
            return thread;
          });

  private final Executor next;

  /**
   * Begins; on a thread that calls no bundle which may go.
   *
   * @param next makes threads as it needs them, and never blocks
   */
  CleanStart(Executor next) {
    this.next = next;
    starter.prestartAllCoreThreads();
  }

  @Override
  public void execute(Runnable task) {
    try {
      starter.execute(() -> next.execute(task));
    } catch (RejectedExecutionException e) {
      // The end has come; nobody waits for it any more.
    }
  }

  @Override
  public void close() {
    starter.shutdownNow();
  }
}
