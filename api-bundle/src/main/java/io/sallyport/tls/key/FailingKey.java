package io.sallyport.tls.key;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * A private key that tells why it failed last: some TLS libraries do not pass on what their keys
 * throw. Thread-safe.
 */
public interface FailingKey {
  /**
   * A failure.
   *
   * @param when the time
   * @param error what went wrong
   */
  record Failure(Instant when, IOException error) {}

  /** The last failure; empty while there was none. */
  Optional<Failure> lastFailure();
}
