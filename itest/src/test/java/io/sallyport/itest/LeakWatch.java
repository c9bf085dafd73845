package io.sallyport.itest;

import static org.junit.Assert.assertTrue;

import io.sallyport.tls.stack.TlsStacks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.framework.Bundle;

/** Updates bundles and watches what this process holds meanwhile. */
final class LeakWatch {
  /**
   * Long enough for a transfer on a busy machine; short, because a retired generation is held until
   * then even if its last connection has ended.
   */
  static final long DRAIN_DEADLINE_MS = Settings.endurance() ? 8000 : 5000;

  private static final Duration SETTLING = Duration.ofMinutes(1);

  /**
   * What an update may cost, by the line through the samples. A revision that is held on purpose
   * costs 330 KiB and more, so the long run sees what amounts to a hundredth of one; in the short
   * one, caches of the platform that fill themselves are in the way.
   */
  private static final long HEAP_PER_UPDATE = (Settings.endurance() ? 4 : 192) * 1024;

  private static final Duration STEADY = Duration.ofMillis(1500);
  private static final long STEADY_BYTES = 256 * 1024;

  private final TlsStacks stacks;
  private final Revisions revisions = new Revisions();
  private final Map<Long, Footprint> samples = new TreeMap<>();
  private long updates;

  LeakWatch(TlsStacks stacks) {
    this.stacks = stacks;
  }

  /** Updates a bundle; its revision until now must be collectable soon. */
  void update(Bundle bundle) throws Exception {
    revisions.replacing(bundle);
    bundle.update();
    updates++;
  }

  /**
   * Waits until no earlier revision is left, and looks at what there is. Call it when nobody
   * connects any more.
   */
  void sample() throws Exception {
    Await.until("no connection is open", () -> stacks.connections(1).isEmpty());
    revisions.awaitCollected();
    awaitSteadyHeap();
    samples.put(updates, Footprint.now());
  }

  /** Waits until collections free nothing more: finalizers and deadlines let things go later. */
  private static void awaitSteadyHeap() throws Exception {
    AtomicLong least = new AtomicLong(Long.MAX_VALUE);
    AtomicLong since = new AtomicLong();
    Await.until(
        "the heap is steady",
        SETTLING,
        () -> {
          long used = Footprint.heapAfterCollection();
          if (used < least.get() - STEADY_BYTES) {
            least.set(used);
            since.set(System.nanoTime());
          }
          return System.nanoTime() - since.get() > STEADY.toNanos();
        });
  }

  /** Fails when more is held than at the first sample. */
  void assertNothingIsLeft() throws Exception {
    Footprint before = samples.values().iterator().next();
    List<String> left = new ArrayList<>();
    try {
      Await.until(
          "nothing more is held than before",
          SETTLING,
          () -> {
            System.gc(); // Finalizers and cleaners take their time.
            left.clear();
            left.addAll(Footprint.now().leftSince(before));
            return left.isEmpty();
          });
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + ": " + String.join(" ", left));
    }
    assertTrue(
        "The heap grows by %.0f bytes with each update".formatted(heapGrowth()),
        heapGrowth() <= HEAP_PER_UPDATE);
  }

  private double heapGrowth() {
    Trend heap = new Trend();
    samples.forEach((after, sample) -> heap.add(after, sample.heapBytes()));
    return heap.slope();
  }

  /** Writes what was seen, for people. */
  void report(Path file, LightLoad load) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("%d visits, %d failed".formatted(load.visits(), load.failures().size()));
    samples.forEach((after, sample) -> lines.add("after %4d updates: %s".formatted(after, sample)));
    lines.add("heap per update: %+.0f bytes".formatted(heapGrowth()));
    Files.write(file, lines);
  }
}
