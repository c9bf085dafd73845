package io.sallyport.core.registry;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What the handshakes of the active stack came to lately. Confined to one thread at a time. */
final class Recent {
  private record Sample(long time, HandshakeCounts counts) {}

  private final ArrayDeque<Sample> samples = new ArrayDeque<>();
  private @Nullable Generation sampled;

  /** Notes where an activation stands. */
  synchronized void sample(Generation active, long now, long windowNanos) {
    if (sampled != active) {
      samples.clear();
      samples.addLast(new Sample(now, HandshakeCounts.NONE));
      sampled = active;
    }
    samples.addLast(new Sample(now, active.stats().counts()));
    while (samples.size() > 1 && now - samples.getFirst().time > windowNanos) {
      samples.removeFirst();
    }
  }

  /** What it came to within the window; all that it ever did when it was not sampled. */
  synchronized HandshakeCounts of(Generation active) {
    HandshakeCounts now = active.stats().counts();
    return sampled == active && !samples.isEmpty() ? now.since(samples.getFirst().counts) : now;
  }

  /** The bundle of a stack goes: nothing of it may be held. */
  synchronized void forget(Candidate candidate) {
    if (sampled != null && sampled.candidate() == candidate) {
      sampled = null;
      samples.clear();
    }
  }
}
