package io.sallyport.launcher.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** What happened so far. Thread-safe. */
final class Tally {
  private static final int KEPT = 5;

  private final Map<String, LongAdder> handshakes = new ConcurrentHashMap<>();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final ConcurrentLinkedQueue<String> reasons = new ConcurrentLinkedQueue<>();

  /** A handshake that the gateway made with this stack. */
  void handshake(String stack) {
    handshakes.computeIfAbsent(stack, name -> new LongAdder()).increment();
  }

  /** Bytes that a client received. */
  void received(long count) {
    bytes.add(count);
  }

  /** Something went wrong; the first few reasons are kept. */
  void failure(String sentence) {
    failures.increment();
    if (reasons.size() < KEPT) {
      reasons.add(sentence);
    }
  }

  long handshakes() {
    return handshakes.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** Handshakes by the stack that the gateway made them with. */
  Map<String, Long> handshakesByStack() {
    Map<String, Long> counts = new TreeMap<>();
    handshakes.forEach((stack, count) -> counts.put(stack, count.sum()));
    return counts;
  }

  long bytes() {
    return bytes.sum();
  }

  long failures() {
    return failures.sum();
  }

  List<String> reasons() {
    return new ArrayList<>(reasons);
  }
}
