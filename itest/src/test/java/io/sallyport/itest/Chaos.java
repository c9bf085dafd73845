package io.sallyport.itest;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Tells a chaos stack, which is in a bundle of its own, what to do, and hears what it was asked.
 */
final class Chaos implements AutoCloseable {
  private final String stack;
  private final ConcurrentLinkedQueue<String> calls = new ConcurrentLinkedQueue<>();

  Chaos(String stack) {
    this.stack = stack;
    System.getProperties().put("chaos.calls." + stack, calls);
  }

  /** It misbehaves always. */
  void always(String mode) {
    System.clearProperty("chaos.when." + stack);
    System.setProperty("chaos.mode." + stack, mode);
  }

  /** It misbehaves, but not in the platform's proofs. */
  void afterItsProof(String mode) {
    System.setProperty("chaos.when." + stack, "real");
    System.setProperty("chaos.mode." + stack, mode);
  }

  /** It behaves well. */
  void never() {
    System.clearProperty("chaos.mode." + stack);
    System.clearProperty("chaos.when." + stack);
  }

  List<String> calls() {
    return List.copyOf(calls);
  }

  @Override
  public void close() {
    never();
    System.getProperties().remove("chaos.calls." + stack);
  }
}
