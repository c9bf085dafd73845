package io.sallyport.tls.engine;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * A server's context, replaced after a time, so that what was sealed by its keys is worth nothing
 * any more. Open connections keep theirs. Thread-safe.
 */
final class RotatingContext implements Supplier<SSLContext> {
  private final long lifetimeNanos;
  private final ContextMaker maker;
  private volatile Current current;

  private record Current(SSLContext context, long since) {}

  /** Makes contexts that are alike. */
  @FunctionalInterface
  interface ContextMaker {
    /** Makes one. */
    SSLContext newContext() throws GeneralSecurityException;
  }

  RotatingContext(SSLContext first, Duration lifetime, ContextMaker maker) {
    this.lifetimeNanos = lifetime.toNanos();
    this.maker = maker;
    this.current = new Current(first, System.nanoTime());
  }

  @Override
  public SSLContext get() {
    Current now = current;
    if (System.nanoTime() - now.since() < lifetimeNanos) {
      return now.context();
    }
    // Two threads may do this at once; tickets of the one that is later lost are refused.
    Current fresh = new Current(make(maker), System.nanoTime());
    current = fresh;
    return fresh.context();
  }

  static SSLContext make(ContextMaker maker) {
    try {
      return maker.newContext();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "the library made a context before, but not now: " + e.getMessage(), e);
    }
  }
}
