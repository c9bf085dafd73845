package io.sallyport.itest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A light load: short connections, one after another, which are counted. */
final class Visitors implements AutoCloseable {
  /** One connection. */
  interface Visit {
    void perform() throws Exception;
  }

  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong done = new AtomicLong();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  /**
   * Begins.
   *
   * @param count how many there are at a time
   * @param pauseMillis how long each waits before it comes again
   */
  Visitors(int count, long pauseMillis, Visit visit) {
    for (int i = 0; i < count; i++) {
      Thread thread =
          new Thread(
              () -> {
                while (!over) {
                  try {
                    visit.perform();
                    done.incrementAndGet();
                  } catch (Exception e) {
                    failures.add(e.toString());
                  }
                  LockSupport.parkNanos(pauseMillis * 1_000_000);
                }
              },
              "visitor");
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  long done() {
    return done.get();
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Waits until so many more were served. */
  void awaitServed(int more) throws Exception {
    long until = done.get() + more;
    Await.until(more + " more are served", () -> done.get() >= until);
  }

  /** Waits until so many have come, served or not. */
  void awaitCome(int more) throws Exception {
    long until = done.get() + failures.size() + more;
    Await.until(more + " more have come", () -> done.get() + failures.size() >= until);
  }

  @Override
  public void close() {
    over = true;
    for (Thread thread : threads) {
      try {
        thread.join(30_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
