package io.sallyport.launcher.config;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tells when something has changed and then kept still for one look: an editor that writes a file
 * in several steps causes one change, not several. Confined to one thread.
 *
 * @param <T> a snapshot, compared by {@code equals}
 */
final class StillnessWatch<T> {
  private final Supplier<T> snapshot;
  private T reported;
  private T seen;

  /** Begins with what is known already; what has changed since then counts. */
  StillnessWatch(T known, Supplier<T> snapshot) {
    this.snapshot = snapshot;
    this.reported = known;
    this.seen = known;
  }

  /**
   * Looks once.
   *
   * @return the snapshot before the change, when there was one and it is over
   */
  Optional<T> look() {
    T now = snapshot.get();
    boolean still = now.equals(seen);
    seen = now;
    if (!still || now.equals(reported)) {
      return Optional.empty();
    }
    T before = reported;
    reported = now;
    return Optional.of(before);
  }
}
