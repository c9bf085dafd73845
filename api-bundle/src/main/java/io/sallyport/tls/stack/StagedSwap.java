package io.sallyport.tls.stack;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An exchange that has been prepared, or that is on trial.
 *
 * @param from the active stack, empty when there is none
 * @param to the candidate
 * @param proof how long preparing and proving took
 * @param configurations how many configurations in use were prepared and proved
 * @param losses what the configurations in use would lose
 * @param percent the share of new connections that goes to the candidate already; 0 for none
 * @param since when it was prepared, in milliseconds since 1970
 */
public record StagedSwap(
    Optional<String> from,
    String to,
    Duration proof,
    int configurations,
    List<ParityLoss> losses,
    int percent,
    long since) {
  /** Copies the list. */
  public StagedSwap {
    losses = List.copyOf(losses);
  }
}
