package io.sallyport.core.registry;

import java.time.Duration;

/**
 * How the registry selects, exchanges and drains. Immutable.
 *
 * @param choice which stacks may be active
 * @param failover which stacks may stand in while none of the choice can
 * @param greedy whether a better-ranked stack that appears, or one of the choice that returns,
 *     takes over from the active one
 * @param gate which bundles may be a stack at all
 * @param exchange how an exchange goes
 * @param rollback when an exchange is undone
 * @param trial when a trial is committed
 * @param quarantine when a stack that vanishes again and again is kept out
 * @param defaultStackOnly whether the programmatic registration is switched off
 */
public record Policy(
    Choice choice,
    Choice failover,
    boolean greedy,
    Gate gate,
    Exchange exchange,
    Rollback rollback,
    Trial trial,
    Quarantine quarantine,
    boolean defaultStackOnly) {
  /** Any stack by rank, greedy, no gate, 30 s to drain. */
  public static final Policy DEFAULT =
      new Policy(
          Choice.ANY,
          Choice.ANY,
          true,
          Gate.OPEN,
          new Exchange(Duration.ofSeconds(30), Duration.ofSeconds(20), false),
          new Rollback(true, Duration.ofMinutes(1), 20, 0.1),
          new Trial(200, 0.02, 1.0, Duration.ofMinutes(10)),
          new Quarantine(3, Duration.ofMinutes(1), Duration.ofSeconds(10)),
          false);

  /**
   * How an exchange goes.
   *
   * @param drainDeadline how long connections of a retired stack may go on
   * @param proofDeadline how long preparing and proving may take
   * @param refuseLosses whether a candidate that cannot do what is used is refused
   */
  public record Exchange(Duration drainDeadline, Duration proofDeadline, boolean refuseLosses) {}

  /**
   * When an exchange is undone.
   *
   * @param enabled whether at all
   * @param window for how long the new stack is watched
   * @param handshakes how many there must be to judge
   * @param margin by how much the share of failed handshakes may exceed that of the old stack, 0 to
   *     1
   */
  public record Rollback(boolean enabled, Duration window, int handshakes, double margin) {}

  /**
   * When a trial is committed by rule.
   *
   * @param handshakes how many the candidate must have completed or failed
   * @param margin by how much its share of failed handshakes may exceed that of the active stack
   * @param slower by how much its median handshake may be slower; 1.0 is twice as slow
   * @param deadline when a trial that has seen too few handshakes is given up
   */
  public record Trial(int handshakes, double margin, double slower, Duration deadline) {}

  /**
   * When a stack that flaps is kept out.
   *
   * @param vanishings how often an active stack may vanish
   * @param window within which time
   * @param backOff for how long it is kept out then; doubled each further time
   */
  public record Quarantine(int vanishings, Duration window, Duration backOff) {}

  /** With another choice. */
  public Policy withChoice(Choice other) {
    return new Policy(
        other, failover, greedy, gate, exchange, rollback, trial, quarantine, defaultStackOnly);
  }

  /** With another way to treat better-ranked stacks. */
  public Policy withGreedy(boolean other) {
    return new Policy(
        choice, failover, other, gate, exchange, rollback, trial, quarantine, defaultStackOnly);
  }

  /** With another drain deadline. */
  public Policy withDrainDeadline(Duration other) {
    Exchange changed = new Exchange(other, exchange.proofDeadline, exchange.refuseLosses);
    return new Policy(
        choice, failover, greedy, gate, changed, rollback, trial, quarantine, defaultStackOnly);
  }
}
