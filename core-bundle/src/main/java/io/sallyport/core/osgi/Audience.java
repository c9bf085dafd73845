package io.sallyport.core.osgi;

import io.sallyport.core.registry.Failures;
import io.sallyport.tls.stack.StackEvent;
import io.sallyport.tls.stack.StackEventListener;
import io.sallyport.tls.stack.StackEventType;
import io.sallyport.tls.stack.StackListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.osgi.service.log.Logger;

/**
 * Tells listeners what happens to stacks, in order, on a thread of its own: whatever a listener
 * does, exchanges go on. Thread-safe.
 */
final class Audience implements AutoCloseable {
  private static final int WAITING = 1000;

  private final Logger logger;
  private final BooleanSupplier anyActive;
  private final List<StackListener> stackListeners = new CopyOnWriteArrayList<>();
  private final List<StackEventListener> eventListeners = new CopyOnWriteArrayList<>();
  private final AtomicBoolean dropping = new AtomicBoolean();
  private final ThreadPoolExecutor teller;

  /** Which activation was told last; only the telling thread uses it. */
  private String told = "";

  /**
   * Begins without listeners.
   *
   * @param anyActive whether a stack is active now
   */
  Audience(Logger logger, BooleanSupplier anyActive) {
    this.logger = logger;
    this.anyActive = anyActive;
    this.teller =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING),
            task -> {
              Thread thread = new Thread(task, "sallyport-events");
              thread.setDaemon(true);
              return thread;
            },
            (task, executor) -> dropped(executor));
    teller.prestartAllCoreThreads(); // Not where a bundle that may go is being called.
  }

  private void dropped(ThreadPoolExecutor executor) {
    if (!executor.isShutdown() && dropping.compareAndSet(false, true)) {
      logger.warn(
          "Listeners for stacks are behind by {} events, so they miss what happens now; find the"
              + " one that does not return at once.",
          WAITING);
    }
  }

  /** Something has happened. Returns at once. */
  void happened(StackEvent event) {
    teller.execute(() -> tell(event));
  }

  private void tell(StackEvent event) {
    dropping.set(false);
    if (event.type() == StackEventType.ACTIVATED) {
      told = event.stack();
      stackListeners.forEach(listener -> activated(listener, event.stack()));
    }
    for (StackEventListener listener : eventListeners) {
      try {
        listener.happened(event);
      } catch (Throwable e) { // A listener of another bundle may throw anything.
        logger.warn("A listener for events of stacks failed: {}", Failures.describe(e));
      }
    }
  }

  private void activated(StackListener listener, String stack) {
    try {
      listener.activated(stack);
    } catch (Throwable e) { // A listener of another bundle may throw anything.
      logger.warn("A listener for stacks failed: {}", Failures.describe(e));
    }
  }

  /** Adds a listener; it is told of the stack that is active, and then of every change. */
  void addStackListener(StackListener listener) {
    stackListeners.add(listener);
    teller.execute(
        () -> {
          // Of one that has become active since then it is told in its turn.
          if (!told.isEmpty() && anyActive.getAsBoolean()) {
            activated(listener, told);
          }
        });
  }

  void removeStackListener(StackListener listener) {
    stackListeners.remove(listener);
  }

  void addEventListener(StackEventListener listener) {
    eventListeners.add(listener);
  }

  void removeEventListener(StackEventListener listener) {
    eventListeners.remove(listener);
  }

  /** Tells nothing more. */
  @Override
  public void close() {
    teller.shutdownNow();
  }
}
