package io.sallyport.tls;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A configuration in use, for programs with an event loop of their own. While an endpoint is open,
 * the platform keeps its configuration prepared on the active stack and proves it on every
 * candidate before a swap. Thread-safe.
 */
@ProviderType
public interface TlsEndpoint extends AutoCloseable {
  /** The configuration. */
  TlsConfig config();

  /**
   * Makes a handle on the stack that is active now. It keeps that stack until it is closed.
   *
   * @param peer who is at the other end
   * @param transport where its bytes come from and go to
   * @param onDrain told when the stack is retired and the drain deadline has passed
   * @return a handle, to be closed by the caller
   * @throws TlsException INVALID_STATE when no stack is active or the endpoint is closed;
   *     NOT_SUPPORTED when the stack cannot do what the configuration asks
   */
  TlsHandle open(Peer peer, Transport transport, DrainListener onDrain) throws TlsException;

  /**
   * As the other {@code open}, for a client that resumes a session where it fits.
   *
   * @param session passed over where it does not fit
   * @throws TlsException as the other {@code open}
   */
  TlsHandle open(Peer peer, Transport transport, DrainListener onDrain, ClientSession session)
      throws TlsException;

  /** Takes the configuration out of use. Handles that are open stay so. Idempotent. */
  @Override
  void close();
}
