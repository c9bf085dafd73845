package io.sallyport.tls.stack;

import java.time.Duration;
import java.util.Optional;

/**
 * How one exchange is to go. Immutable.
 *
 * @param drainDeadline how long connections of the old stack may go on; empty for what is
 *     configured
 * @param acceptLosses whether losses of parity are accepted even where the configuration refuses
 *     them; what a configuration requires cannot be accepted away
 * @param commitByRule whether a trial is committed by the configured rule, and not by hand
 */
public record SwapOptions(
    Optional<Duration> drainDeadline, boolean acceptLosses, boolean commitByRule) {
  /** As configured, by hand. */
  public static final SwapOptions DEFAULT = new SwapOptions(Optional.empty(), false, false);

  /** With another drain deadline. */
  public SwapOptions withDrainDeadline(Duration deadline) {
    return new SwapOptions(Optional.of(deadline), acceptLosses, commitByRule);
  }

  /** With losses of parity accepted. */
  public SwapOptions acceptingLosses() {
    return new SwapOptions(drainDeadline, true, commitByRule);
  }

  /** With a trial that is committed by the configured rule. */
  public SwapOptions committedByRule() {
    return new SwapOptions(drainDeadline, acceptLosses, true);
  }
}
