package io.sallyport.tls.stack;

import java.time.Duration;
import java.util.Optional;

/**
 * What an exchange of the active stack did.
 *
 * @param from the stack that was active, empty when there was none
 * @param to the stack that is active now
 * @param generation the new activation's number
 * @param proof how long preparing and proving took
 * @param draining how many connections were left on the old stack at the moment of the exchange
 */
public record SwapResult(
    Optional<String> from, String to, long generation, Duration proof, int draining) {}
