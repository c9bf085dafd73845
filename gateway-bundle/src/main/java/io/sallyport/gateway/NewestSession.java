package io.sallyport.gateway;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.ClientSessionListener;
import io.sallyport.tls.DrainListener;
import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsEndpoint;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Keeps the newest session that the target offered, so that the next connection resumes it. One
 * that does not fit any more, such as after an exchange of stacks, is passed over. Thread-safe.
 */
final class NewestSession implements ClientSessionListener {
  private final AtomicReference<Optional<ClientSession>> newest =
      new AtomicReference<>(Optional.empty());

  @Override
  public void newSession(Peer peer, ClientSession session) {
    replace(Optional.of(session));
  }

  void forget() {
    replace(Optional.empty());
  }

  private void replace(Optional<ClientSession> next) {
    Optional<ClientSession> before = newest.getAndSet(next);
    if (before != null) {
      before.ifPresent(ClientSession::close);
    }
  }

  /** The endpoint, whose connections resume the newest session. */
  TlsEndpoint resuming(TlsEndpoint endpoint) {
    return new Resuming(endpoint);
  }

  private final class Resuming implements TlsEndpoint {
    private final TlsEndpoint endpoint;

    Resuming(TlsEndpoint endpoint) {
      this.endpoint = endpoint;
    }

    @Override
    public TlsConfig config() {
      return endpoint.config();
    }

    @Override
    public TlsHandle open(Peer peer, Transport transport, DrainListener onDrain)
        throws TlsException {
      Optional<ClientSession> session = newest.get();
      return session != null && session.isPresent()
          ? endpoint.open(peer, transport, onDrain, session.get())
          : endpoint.open(peer, transport, onDrain);
    }

    @Override
    public TlsHandle open(
        Peer peer, Transport transport, DrainListener onDrain, ClientSession session)
        throws TlsException {
      return endpoint.open(peer, transport, onDrain, session);
    }

    @Override
    public void close() {
      endpoint.close();
      forget();
    }
  }
}
