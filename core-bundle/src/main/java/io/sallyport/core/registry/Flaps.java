package io.sallyport.core.registry;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Remembers which stacks vanished while they were active, and for how long one that did so again
 * and again is kept out. Thread-safe.
 */
final class Flaps {
  private static final int MOST_DOUBLINGS = 10;

  private static final class History {
    final ArrayDeque<Long> vanishings = new ArrayDeque<>();
    int doublings;
    long outUntil = Long.MIN_VALUE;
  }

  private final Map<String, History> histories = new HashMap<>();

  /**
   * An active stack has vanished.
   *
   * @param now nanoseconds
   * @return for how long it is kept out; zero when it is not
   */
  synchronized Duration vanished(String identity, long now, Policy.Quarantine rule) {
    History history = histories.computeIfAbsent(identity, unused -> new History());
    long window = rule.window().toNanos();
    history.vanishings.addLast(now);
    while (now - history.vanishings.getFirst() > window) {
      history.vanishings.removeFirst();
    }
    if (history.vanishings.size() < rule.vanishings()) {
      return Duration.ZERO;
    }
    history.vanishings.clear();
    boolean again = history.outUntil != Long.MIN_VALUE && now - history.outUntil < 10 * window;
    history.doublings = again ? Math.min(MOST_DOUBLINGS, history.doublings + 1) : 0;
    Duration out = rule.backOff().multipliedBy(1L << history.doublings);
    history.outUntil = now + out.toNanos();
    return out;
  }

  /** For how long a stack is still kept out; zero when it is not. */
  synchronized Duration left(String identity, long now) {
    History history = histories.get(identity);
    return history == null || history.outUntil == Long.MIN_VALUE || history.outUntil - now <= 0
        ? Duration.ZERO
        : Duration.ofNanos(history.outUntil - now);
  }

  /** Whether a stack was kept out and has not been forgiven since. */
  synchronized boolean wasOut(String identity) {
    History history = histories.get(identity);
    return history != null && history.outUntil != Long.MIN_VALUE;
  }

  synchronized void forgive(String identity) {
    histories.remove(identity);
  }
}
