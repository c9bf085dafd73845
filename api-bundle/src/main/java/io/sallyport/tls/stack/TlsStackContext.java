package io.sallyport.tls.stack;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** A configuration, prepared by a stack. Thread-safe; handles are made by many threads at once. */
@ProviderType
public interface TlsStackContext extends AutoCloseable {
  /**
   * Makes the handle of one connection. Cheap; sends nothing yet.
   *
   * @param peer who is at the other end
   * @param transport where its bytes come from and go to; used only within calls to the handle
   * @param session for a client, a session to resume; passed over where it does not fit (another
   *     stack, context, host or name, expired, closed)
   * @throws TlsException SSL_SETUP_FAILED when the library gives no engine
   */
  TlsHandle newHandle(Peer peer, Transport transport, Optional<ClientSession> session)
      throws TlsException;

  /** As the other {@code newHandle}, without a session. */
  default TlsHandle newHandle(Peer peer, Transport transport) throws TlsException {
    return newHandle(peer, transport, Optional.empty());
  }

  /** Frees what {@link TlsStackOps#prepare} made. Called once, after the last handle is closed. */
  @Override
  void close();
}
