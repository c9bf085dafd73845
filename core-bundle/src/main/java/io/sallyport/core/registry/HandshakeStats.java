package io.sallyport.core.registry;

import io.sallyport.tls.stack.HandshakesDTO;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** What became of the handshakes of one activation. Thread-safe; counting takes no lock. */
final class HandshakeStats {
  /** Steps within a power of two: what is read is at most 1/8 too much. */
  private static final int STEPS = 8;

  private static final int BUCKETS = STEPS * 40;
  private static final double MEDIAN = 0.5;
  private static final double P99 = 0.99;

  private final LongAdder done = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder byPeer = new LongAdder();
  private final LongAdder faults = new LongAdder();

  /** By duration in microseconds, logarithmically. */
  private final AtomicLongArray durations = new AtomicLongArray(BUCKETS);

  void done(long nanos) {
    done.increment();
    durations.incrementAndGet(bucket(nanos / 1000));
  }

  /** It failed, and that may be the stack's doing. */
  void failed() {
    failed.increment();
  }

  /** It failed for something that only the peer did. */
  void failedByPeer() {
    byPeer.increment();
  }

  /** The stack broke its contract. */
  void fault() {
    faults.increment();
  }

  HandshakeCounts counts() {
    return new HandshakeCounts(done.sum(), failed.sum(), faults.sum(), byPeer.sum());
  }

  HandshakesDTO describe() {
    return new HandshakesDTO(
        done.sum(), failed.sum(), byPeer.sum(), faults.sum(), quantile(MEDIAN), quantile(P99));
  }

  Duration median() {
    return quantile(MEDIAN);
  }

  private Duration quantile(double share) {
    long total = 0;
    for (int i = 0; i < BUCKETS; i++) {
      total += durations.get(i);
    }
    long below = 0;
    for (int i = 0; total > 0 && i < BUCKETS; i++) {
      below += durations.get(i);
      if (below >= total * share) {
        return Duration.ofNanos(upperBound(i) * 1000);
      }
    }
    return Duration.ZERO;
  }

  static int bucket(long micros) {
    if (micros < STEPS) {
      return (int) Math.max(0, micros);
    }
    int exponent = 63 - Long.numberOfLeadingZeros(micros);
    int step = (int) (micros >>> (exponent - 3)) & (STEPS - 1);
    return Math.min(BUCKETS - 1, (exponent - 2) * STEPS + step);
  }

  static long upperBound(int bucket) {
    if (bucket < STEPS) {
      return bucket;
    }
    int exponent = bucket / STEPS + 2;
    long step = bucket % STEPS;
    return ((STEPS + step + 1) << (exponent - 3)) - 1;
  }
}
