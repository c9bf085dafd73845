package io.sallyport.core.registry;

import io.sallyport.tls.stack.StackEventType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Activations whose last connections are ending: each has a deadline, after which the owners of
 * those that are left are told to end them in order. Thread-safe.
 */
final class Drains {
  /** How long owners have to end a connection in order when the stack's bundle goes. */
  private static final Duration LINGER = Duration.ofSeconds(5);

  /** Each with what takes its deadline back: a drained activation must not be held until then. */
  private final Map<Generation, Runnable> draining = new ConcurrentHashMap<>();

  private final Roster roster;
  private final EventLog events;
  private final Background background;

  /** Guards nothing but the wait for an activation to be drained. */
  private final Object anyDrained = new Object();

  Drains(Roster roster, EventLog events, Background background) {
    this.roster = roster;
    this.events = events;
    this.background = background;
  }

  /** An activation takes no more connections. */
  void begin(Generation old, Duration deadline) {
    draining.put(old, () -> {});
    Runnable takeBack = background.after(deadline, () -> deadlinePassed(old));
    if (draining.replace(old, takeBack) == null) {
      takeBack.run();
    }
    old.retire();
  }

  private void deadlinePassed(Generation old) {
    if (draining.containsKey(old)) {
      int left = old.drainDeadlinePassed();
      if (left > 0) {
        events.say(
            StackEventType.DRAIN_DEADLINE_PASSED,
            old.candidate(),
            old.number(),
            "The drain deadline of stack "
                + old.candidate().name()
                + " (generation "
                + old.number()
                + ") passed; its last "
                + (left == 1 ? "connection is" : left + " connections are")
                + " ended.");
      }
    }
  }

  /** The last connection of an activation has ended. */
  void drained(@Nullable Generation old) {
    Runnable takeBack = old == null ? null : draining.remove(old);
    if (old != null && takeBack != null) {
      takeBack.run();
      roster.drained(old.candidate());
      events.say(
          StackEventType.DRAINED,
          old.candidate(),
          old.number(),
          "Stack " + old.candidate().name() + " (generation " + old.number() + ") is drained.");
      synchronized (anyDrained) {
        anyDrained.notifyAll();
      }
    }
  }

  List<Generation> of(Candidate candidate) {
    return draining.keySet().stream().filter(old -> old.candidate() == candidate).toList();
  }

  List<Generation> all() {
    return List.copyOf(draining.keySet());
  }

  /**
   * Waits until no connection is left on a candidate whose bundle goes: up to the deadline they go
   * on, then their owners end them in order, and what is left after that never reaches the stack
   * again.
   */
  void await(Candidate candidate, Duration deadline) {
    if (awaitEmpty(candidate, deadline)) {
      return;
    }
    of(candidate).forEach(this::deadlinePassed);
    if (!awaitEmpty(candidate, LINGER)) {
      int cut = of(candidate).stream().mapToInt(Generation::revoke).sum();
      events.say(
          StackEventType.DRAIN_DEADLINE_PASSED,
          candidate,
          0,
          "Stack "
              + candidate.name()
              + " goes with "
              + (cut == 1 ? "a connection" : cut + " connections")
              + " that did not end in time; they fail with an error.");
    }
  }

  private boolean awaitEmpty(Candidate candidate, Duration wait) {
    long deadline = System.nanoTime() + wait.toNanos();
    synchronized (anyDrained) {
      while (!of(candidate).isEmpty()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        try {
          anyDrained.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
    }
    return true;
  }
}
