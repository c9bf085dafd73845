package io.sallyport.examples.firedrill;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import io.sallyport.tls.stack.TlsStackContext;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes handles that fail with real peers; a proof's peer is in memory and has no port. */
final class DrilledContext implements TlsStackContext {
  private final TlsStackContext context;
  private final Supplier<Fault> fault;

  DrilledContext(TlsStackContext context, Supplier<Fault> fault) {
    this.context = context;
    this.fault = fault;
  }

  @Override
  public TlsHandle newHandle(Peer peer, Transport transport, Optional<ClientSession> session)
      throws TlsException {
    TlsHandle handle = context.newHandle(peer, transport, session);
    return peer.port() == 0 ? handle : new DrilledHandle(handle, fault.get());
  }

  @Override
  public void close() {
    context.close();
  }
}
