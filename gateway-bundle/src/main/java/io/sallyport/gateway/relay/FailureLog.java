package io.sallyport.gateway.relay;

import io.sallyport.tls.TlsErrorCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Logs failed connections one line each, but only so many in a second: a port scan must not fill
 * the disk. What was left out is summed up in one line. Thread-safe.
 */
final class FailureLog {
  /** Lines of one second. */
  static final int LINES = 10;

  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String route;
  private final Consumer<String> summary;
  private final LongSupplier nanoTime;
  private final Map<TlsErrorCode, Integer> suppressed = new EnumMap<>(TlsErrorCode.class);
  private long windowStart;
  private int lines;

  FailureLog(String route, Consumer<String> summary, LongSupplier nanoTime) {
    this.route = route;
    this.summary = summary;
    this.nanoTime = nanoTime;
    this.windowStart = nanoTime.getAsLong();
  }

  /**
   * Logs a line, or counts it if there were too many.
   *
   * @return whether this was the first that is only counted: then {@link #sumUp} is to be called
   *     after a second
   */
  boolean log(TlsErrorCode code, Runnable line) {
    sumUp();
    synchronized (this) {
      if (lines >= LINES) {
        boolean first = suppressed.isEmpty();
        suppressed.merge(code, 1, Integer::sum);
        return first;
      }
      lines++;
    }
    line.run();
    return false;
  }

  /** Says what was left out, once the second is over. */
  void sumUp() {
    String sentence;
    synchronized (this) {
      long now = nanoTime.getAsLong();
      if (now - windowStart < WINDOW_NANOS) {
        return;
      }
      windowStart = now;
      lines = 0;
      if (suppressed.isEmpty()) {
        return;
      }
      int total = suppressed.values().stream().mapToInt(Integer::intValue).sum();
      StringJoiner codes = new StringJoiner(", ", "[", "]");
      suppressed.forEach((code, count) -> codes.add(code + " " + count));
      suppressed.clear();
      sentence =
          "Route "
              + route
              + ": "
              + total
              + " more connections failed in that second "
              + codes
              + ".";
    }
    summary.accept(sentence);
  }
}
