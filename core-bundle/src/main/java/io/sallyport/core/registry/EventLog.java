package io.sallyport.core.registry;

import io.sallyport.tls.stack.StackEvent;
import io.sallyport.tls.stack.StackEventType;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the newest events and passes each on. Thread-safe. */
final class EventLog {
  private static final int KEPT = 500;

  private final ArrayDeque<StackEvent> kept = new ArrayDeque<>();
  private final RegistryEvents next;

  EventLog(RegistryEvents next) {
    this.next = next;
  }

  void say(StackEventType type, @Nullable Candidate stack, long generation, String sentence) {
    StackEvent event =
        new StackEvent(
            type,
            stack == null ? "" : stack.name(),
            stack == null ? "" : stack.bundle(),
            generation,
            sentence,
            System.currentTimeMillis());
    synchronized (kept) {
      if (kept.size() == KEPT) {
        kept.removeFirst();
      }
      kept.addLast(event);
    }
    next.happened(event);
  }

  /** The newest ones, oldest first. */
  List<StackEvent> newest(int limit) {
    synchronized (kept) {
      return kept.stream().skip(Math.max(0, kept.size() - (long) limit)).toList();
    }
  }
}
