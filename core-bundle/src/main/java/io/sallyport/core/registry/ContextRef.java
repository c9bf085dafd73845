package io.sallyport.core.registry;

import io.sallyport.tls.stack.TlsStackContext;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A prepared context and how many use it: the generation that made it, and each open handle. A
 * lease is one {@link #tryRetain}: lock-free, and impossible once the last user has left.
 */
final class ContextRef {
  private final TlsStackContext context;
  private final Runnable onClosed;
  private final AtomicInteger users = new AtomicInteger(1);

  /**
   * Counts one user, the maker.
   *
   * @param onClosed called once, after the context was closed
   */
  ContextRef(TlsStackContext context, Runnable onClosed) {
    this.context = context;
    this.onClosed = onClosed;
  }

  TlsStackContext context() {
    return context;
  }

  boolean tryRetain() {
    int now = users.get();
    while (now > 0) {
      int seen = users.compareAndExchange(now, now + 1);
      if (seen == now) {
        return true;
      }
      now = seen;
    }
    return false;
  }

  void release() {
    if (users.decrementAndGet() == 0) {
      context.close();
      onClosed.run();
    }
  }
}
