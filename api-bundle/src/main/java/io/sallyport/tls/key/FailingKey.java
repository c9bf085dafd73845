package io.sallyport.tls.key;

import io.sallyport.tls.TlsException;
import java.time.Instant;
import java.util.Optional;

/**
 * A private key that tells why it failed last: some TLS libraries do not pass on what their keys
 * throw. Thread-safe.
 */
public interface FailingKey {
  /**
   * The last failure, if there was one at this moment or later, or if the key is of no more use.
   *
   * @param moment such as the begin of a handshake
   */
  Optional<TlsException> failureSince(Instant moment);
}
