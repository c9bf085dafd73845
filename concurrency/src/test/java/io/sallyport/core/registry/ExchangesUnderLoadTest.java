package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.stack.StackEvent;
import io.sallyport.tls.stack.StackEventType;
import io.sallyport.tls.stack.SwapOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The whole registry: connections open, go on and close while stacks are swapped and their bundles
 * come and go. No connection is refused, none is on a context that is closed, and every generation
 * drains exactly once.
 */
class ExchangesUnderLoadTest {
  private static final Duration LOAD =
      Boolean.getBoolean("sallyport.endurance") ? Duration.ofMinutes(30) : Duration.ofSeconds(5);
  private static final int OPENERS = 3;
  private static final int KEPT = 16;

  private final Map<Long, AtomicInteger> drained = new ConcurrentHashMap<>();
  private final Map<Long, AtomicInteger> activated = new ConcurrentHashMap<>();
  private final StackRegistry registry =
      new StackRegistry(policy(), this::happened, List::of, ConfigResolver.NOTHING);
  private final LongAdder opened = new LongAdder();
  private final AtomicInteger exchanges = new AtomicInteger();
  private final AtomicInteger ids = new AtomicInteger();
  private volatile boolean over;

  /** No quarantine and no rollback: both would end the exchanges. */
  private static Policy policy() {
    Policy usual = Policy.DEFAULT;
    return new Policy(
        usual.choice(),
        usual.failover(),
        false,
        usual.gate(),
        usual.exchange(),
        new Policy.Rollback(false, Duration.ofMinutes(1), 20, 0.1),
        usual.trial(),
        new Policy.Quarantine(Integer.MAX_VALUE, Duration.ofMinutes(1), Duration.ofSeconds(1)),
        false);
  }

  private void happened(StackEvent event) {
    if (event.type() == StackEventType.ACTIVATED) {
      count(activated, event.generation());
    } else if (event.type() == StackEventType.DRAINED) {
      count(drained, event.generation());
    }
  }

  private static void count(Map<Long, AtomicInteger> counts, long generation) {
    counts.computeIfAbsent(generation, unused -> new AtomicInteger()).incrementAndGet();
  }

  @Test
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  void noConnectionIsRefusedAndEveryGenerationDrainsOnce() throws Exception {
    List<RaceStack> stacks = List.of(new RaceStack("a"), new RaceStack("b"), new RaceStack("c"));
    stacks.forEach(this::add);
    registry.use("load", RacedGeneration.CONFIG);
    swap("a");
    List<Callable<Void>> load = new ArrayList<>();
    for (int i = 0; i < OPENERS; i++) {
      load.add(untilOver(this::connections));
    }
    load.add(untilOver(() -> swapAll(stacks)));
    load.add(untilOver(() -> restart(stacks.get(2))));
    load.add(untilOver(registry::globalStoreChanged));
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      CompletionService<Void> ends = new ExecutorCompletionService<>(threads);
      load.forEach(ends::submit);
      Future<Void> failed = ends.poll(LOAD.toMillis(), TimeUnit.MILLISECONDS);
      over = true;
      if (failed != null) {
        failed.get();
      }
      for (int i = 0; i < load.size(); i++) {
        Future<Void> ended = ends.poll(2, TimeUnit.MINUTES);
        assertNotNull(ended, "A thread hangs.");
        ended.get();
      }
    } finally {
      over = true;
      threads.shutdownNow();
      registry.close();
    }

    assertTrue(exchanges.get() > 3, "Only " + exchanges + " exchanges.");
    assertTrue(opened.sum() > 1000, "Only " + opened + " connections.");
    for (RaceStack stack : stacks) {
      assertEquals(0, stack.misuse(), stack.name());
      assertEquals(0, stack.inUse(), stack.name());
    }
    for (Long generation : activated.keySet()) {
      assertEquals(1, drained.getOrDefault(generation, new AtomicInteger()).get(), "" + generation);
    }
    assertEquals(activated.keySet(), drained.keySet());
  }

  private interface Work {
    void perform() throws Exception;
  }

  private Callable<Void> untilOver(Work work) {
    return () -> {
      while (!over) {
        work.perform();
      }
      return null;
    };
  }

  /** Opens some more than it closes, and ends the rest; each is used until it is closed. */
  private void connections() throws TlsException {
    Deque<TlsHandle> kept = new ArrayDeque<>();
    for (int i = 0; i < KEPT * 2; i++) {
      kept.addLast(
          registry.open(
              RacedGeneration.CONFIG,
              RacedGeneration.PEER,
              RacedGeneration.NOWHERE,
              () -> {},
              Optional.empty()));
      opened.increment();
      if (kept.size() > KEPT) {
        end(kept.removeFirst());
      }
    }
    for (TlsHandle handle : kept) {
      end(handle);
    }
  }

  private static void end(TlsHandle handle) throws TlsException {
    try (handle) {
      handle.flush();
    }
  }

  private void swapAll(List<RaceStack> stacks) {
    for (RaceStack stack : stacks) {
      swap(stack.name());
    }
  }

  private void swap(String name) {
    try {
      registry.swap(Choice.name(name), SwapOptions.DEFAULT);
      exchanges.incrementAndGet();
    } catch (TlsException e) {
      // Its bundle is restarting, or a busy machine made its proof slow: others are exchanged.
    }
  }

  private void restart(RaceStack stack) {
    registry.remove(stack, Duration.ofSeconds(30));
    add(stack);
  }

  private void add(RaceStack stack) {
    registry.add(new Candidate(stack, "bundle", 0, ids.getAndIncrement(), Map.of(), Set::of));
  }
}
