package io.sallyport.core.registry;

import io.sallyport.tls.stack.ParityLoss;
import io.sallyport.tls.stack.StagedSwap;
import io.sallyport.tls.stack.SwapOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A candidate that has been proved and waits for its commit. Whoever takes it takes the contexts
 * over.
 *
 * @param candidate the candidate
 * @param proved its contexts
 * @param proof how long the proof took
 * @param losses what the configurations in use would lose
 * @param options how the exchange is to go
 * @param since when it was prepared, in milliseconds since 1970
 */
record Staged(
    Candidate candidate,
    Proved proved,
    Duration proof,
    List<ParityLoss> losses,
    SwapOptions options,
    long since) {
  StagedSwap describe(Optional<String> from, int percent) {
    return new StagedSwap(
        from, candidate.name(), proof, proved.contexts().size(), losses, percent, since);
  }
}
