package io.sallyport.examples.firedrill;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Progress;
import io.sallyport.tls.SessionInfo;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A good handle with one fault. */
final class DrilledHandle implements TlsHandle {
  private static final long BLOCK_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int NONSENSE = 1_000_000;

  private final TlsHandle handle;
  private final Fault fault;

  DrilledHandle(TlsHandle handle, Fault fault) {
    this.handle = handle;
    this.fault = fault;
  }

  @Override
  public Progress handshake() throws TlsException {
    switch (fault) {
      case HANDSHAKE ->
          throw new TlsException(
              TlsErrorCode.SSL_HANDSHAKE_FAILED, "This is a drill: the handshake fails.");
      case THROW -> throw new IllegalStateException("This is a drill.");
      case BLOCK -> block();
      default -> {}
    }
    return handle.handshake();
  }

  private static void block() {
    long end = System.nanoTime() + BLOCK_NANOS;
    for (long left = BLOCK_NANOS; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public boolean mayBlock() {
    return handle.mayBlock();
  }

  @Override
  public int read(ByteBuffer dst) throws TlsException {
    int count = handle.read(dst);
    return fault == Fault.NONSENSE && count > 0 ? NONSENSE : count;
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
    return handle.session();
  }

  @Override
  public Optional<ClientSession> clientSession() {
    return handle.clientSession();
  }

  @Override
  public boolean heardFromPeer() {
    return handle.heardFromPeer();
  }

  @Override
  public <T> Optional<T> unwrap(Class<T> type) {
    return handle.unwrap(type);
  }

  @Override
  public void close() {
    handle.close();
  }
}
