package io.sallyport.gateway.relay;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads for what may wait: handshakes with a key in a device, and the first ones of an activation
 * of a stack.
 *
 * <p>Each origin has a line of its own, of which so many run at once. A task waits for tasks of its
 * own origin only, hence a stack or a device that hangs, with however many handshakes, keeps nobody
 * else's waiting. Threads are bounded by the origins that have work: the keys of the activations
 * that are not drained yet. A line is gone once it is empty. Thread-safe.
 */
final class Waiters {
  /** Tasks of one origin at once: more than a device answers. */
  static final int AT_ONCE = 16;

  private static final int LONGEST_LINE = 8192;
  private static final long KEEP_THREADS_SECONDS = 10;

  private final ThreadPoolExecutor threads;
  private final Map<Object, Line> lines = new HashMap<>();

  /**
   * Begins without a thread.
   *
   * @param name of the threads
   */
  Waiters(String name) {
    threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            KEEP_THREADS_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            EventLoops.plainThreads(name));
  }

  /**
   * Does a task as soon as its origin's line allows.
   *
   * @param origin what the task may wait for, comparable by equals
   * @return takes the task back and says whether that was in time: then it will not run
   * @throws RejectedExecutionException when too many of this origin wait already, or after {@link
   *     #close}
   */
  BooleanSupplier execute(Object origin, Runnable task) {
    synchronized (lines) {
      Line line = lines.get(origin);
      if (line == null) {
        line = new Line(origin);
      }
      if (line.running < AT_ONCE) {
        start(line, task);
      } else if (line.waiting.size() < LONGEST_LINE) {
        line.waiting.add(task);
      } else {
        throw new RejectedExecutionException(LONGEST_LINE + " tasks wait already.");
      }
      Line queue = line;
      return () -> takeBack(queue, task);
    }
  }

  /** Counts the thread only once it is there: there may be none to be had. */
  private void start(Line line, Runnable task) {
    threads.execute(() -> work(line, task));
    line.running++;
    lines.put(line.origin, line);
  }

  private boolean takeBack(Line line, Runnable task) {
    synchronized (lines) {
      return line.waiting.remove(task);
    }
  }

  private void work(Line line, Runnable first) {
    Runnable task = first;
    do {
      try {
        task.run();
      } catch (Throwable e) { // Must not take along the thread that others of the line wait for.
        Thread current = Thread.currentThread();
        current.getUncaughtExceptionHandler().uncaughtException(current, e);
      }
      boolean unused = Thread.interrupted(); // That was for the task.
      task = next(line);
    } while (task != null);
  }

  private @Nullable Runnable next(Line line) {
    synchronized (lines) {
      Iterator<Runnable> waiting = line.waiting.iterator();
      if (waiting.hasNext()) {
        Runnable task = waiting.next();
        waiting.remove();
        return task;
      }
      line.running--;
      if (line.running == 0) {
        lines.remove(line.origin);
      }
      return null;
    }
  }

  /**
   * Takes no more tasks, and interrupts those that run. What waits in a line still runs: its
   * connection is closed by now, and it has to give things back.
   */
  void close() {
    threads.shutdownNow();
  }

  /** Guarded by {@link #lines}. */
  private static final class Line {
    final Object origin;
    final Set<Runnable> waiting = new LinkedHashSet<>();
    int running;

    Line(Object origin) {
      this.origin = origin;
    }
  }
}
