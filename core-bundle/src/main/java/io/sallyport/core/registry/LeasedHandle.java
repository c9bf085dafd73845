package io.sallyport.core.registry;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.DrainListener;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.SessionInfo;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.stack.ConnectionDTO;
import io.sallyport.tls.stack.Role;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A stack's handle together with the lease that keeps its stack. */
final class LeasedHandle implements TlsHandle {
  private final TlsHandle handle;
  private final Generation generation;
  private final ContextRef lease;
  private final long id;
  private final Role role;
  private final Peer peer;
  private final DrainListener onDrain;
  private final long since = System.currentTimeMillis();
  private volatile @Nullable SessionInfo agreed;
  private boolean closed;

  LeasedHandle(
      TlsHandle handle,
      Generation generation,
      ContextRef lease,
      long id,
      Role role,
      Peer peer,
      DrainListener onDrain) {
    this.handle = handle;
    this.generation = generation;
    this.lease = lease;
    this.id = id;
    this.role = role;
    this.peer = peer;
    this.onDrain = onDrain;
  }

  @Override
  public Progress handshake() throws TlsException {
    Progress progress = handle.handshake();
    if (progress == Progress.DONE && agreed == null) {
      agreed = handle.session();
    }
    return progress;
  }

  @Override
  public boolean mayBlock() {
    return handle.mayBlock();
  }

  @Override
  public int read(ByteBuffer dst) throws TlsException {
    return handle.read(dst);
  }

  @Override
  public int write(ByteBuffer src) throws TlsException {
    return handle.write(src);
  }

  @Override
  public Progress flush() throws TlsException {
    return handle.flush();
  }

  @Override
  public int bytesAvailable() {
    return handle.bytesAvailable();
  }

  @Override
  public Progress shutdownOutput() throws TlsException {
    return handle.shutdownOutput();
  }

  @Override
  public SessionInfo session() {
    SessionInfo known = agreed;
    return known == null ? handle.session() : known;
  }

  @Override
  public Optional<ClientSession> clientSession() {
    return handle.clientSession();
  }

  @Override
  public <T> Optional<T> unwrap(Class<T> type) {
    return handle.unwrap(type);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      handle.close();
    } finally {
      generation.closed(this);
      lease.release();
    }
  }

  void drainDeadlinePassed() {
    try {
      onDrain.drainDeadlinePassed();
    } catch (RuntimeException e) {
      // One owner's failure must not keep the others from being told.
    }
  }

  long id() {
    return id;
  }

  ConnectionDTO describe() {
    SessionInfo known = agreed;
    Candidate stack = generation.candidate();
    return new ConnectionDTO(
        id,
        role,
        peer,
        stack.name(),
        stack.libraryVersion(),
        generation.number(),
        known == null ? SessionInfo.none(stack.name()) : known,
        since);
  }
}
