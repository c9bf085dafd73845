package io.sallyport.gateway.relay;

import io.sallyport.gateway.relay.FakeHandle.Operation;
import io.sallyport.gateway.relay.FakeHandle.Trap;
import io.sallyport.tls.BufferedTransport;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.DrainListener;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Provenance;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsEndpoint;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes {@link FakeHandle}s and knows how many are open. */
final class FakeEndpoint implements TlsEndpoint {
  final AtomicInteger open = new AtomicInteger();
  final List<DrainListener> drainListeners = new CopyOnWriteArrayList<>();
  private final boolean server;

  /** What handshakes wait for, as they do for a device; none for a key in software. */
  volatile Optional<Semaphore> device = Optional.empty();

  /** Whether handles tell that they may wait. */
  volatile boolean tellsThatItMayBlock = true;

  /** Whose work handles say they are. */
  volatile Optional<Provenance> provenance = Optional.empty();

  /** What handles that are opened from now on run into. */
  volatile Trap trap = operation -> {};

  FakeEndpoint(boolean server) {
    this.server = server;
  }

  @Override
  public TlsConfig config() {
    throw new UnsupportedOperationException("The gateway does not ask for it.");
  }

  @Override
  public TlsHandle open(Peer peer, Transport transport, DrainListener onDrain) {
    Trap set = trap;
    set.enter(Operation.OPEN);
    open.incrementAndGet();
    drainListeners.add(onDrain);
    return new FakeHandle(
        (BufferedTransport) transport,
        server,
        device,
        tellsThatItMayBlock,
        provenance,
        set,
        open::decrementAndGet);
  }

  @Override
  public TlsHandle open(
      Peer peer, Transport transport, DrainListener onDrain, ClientSession session) {
    return open(peer, transport, onDrain);
  }

  @Override
  public void close() {
    // Holds nothing.
  }
}
