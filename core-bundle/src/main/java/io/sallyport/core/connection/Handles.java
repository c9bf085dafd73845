package io.sallyport.core.connection;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.DrainListener;
import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import java.util.Optional;

/** Where connections get their TLS from. */
@FunctionalInterface
public interface Handles {
  /**
   * Makes a handle on the active stack.
   *
   * @param session a session for a client to resume where it fits
   * @throws TlsException INVALID_STATE when none is active; SSL_SETUP_FAILED when the configuration
   *     is not allowed
   */
  TlsHandle open(
      TlsConfig config,
      Peer peer,
      Transport transport,
      DrainListener onDrain,
      Optional<ClientSession> session)
      throws TlsException;
}
