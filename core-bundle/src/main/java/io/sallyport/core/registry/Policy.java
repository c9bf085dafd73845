package io.sallyport.core.registry;

import java.time.Duration;

/**
 * How the registry selects and drains. Immutable.
 *
 * @param choice which stacks may be active
 * @param greedy whether a better-ranked stack that appears takes over from the active one
 * @param drainDeadline how long connections of a retired stack may go on
 * @param defaultStackOnly whether the programmatic registration is switched off
 */
public record Policy(
    Choice choice, boolean greedy, Duration drainDeadline, boolean defaultStackOnly) {
  /** Any stack by rank, greedy, 30 s to drain. */
  public static final Policy DEFAULT = new Policy(Choice.ANY, true, Duration.ofSeconds(30), false);
}
