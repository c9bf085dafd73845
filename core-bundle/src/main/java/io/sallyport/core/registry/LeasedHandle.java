package io.sallyport.core.registry;

import io.sallyport.core.registry.StackCalls.Operation;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.DrainListener;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.Provenance;
import io.sallyport.tls.SessionInfo;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.ConnectionDTO;
import io.sallyport.tls.stack.Role;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stack's handle together with the lease that keeps its stack. It stands between the platform and
 * a stack that may be broken: whatever that throws becomes a {@link TlsException}, what it answers
 * is checked, and after its bundle is gone no call reaches it any more.
 */
final class LeasedHandle implements TlsHandle {
  private static final VarHandle ENDING = ending();

  /** What is believed of {@link #bytesAvailable}: callers make buffers of that size. */
  private static final int MOST_AVAILABLE = 1 << 16;

  private final TlsHandle handle;
  private final Generation generation;
  private final ContextRef context;
  private final int lease;
  private final long id;
  private final boolean mayBlock;
  private final boolean hasDevice;
  private final Role role;
  private final Peer peer;
  private final DrainListener onDrain;
  private final long since = System.currentTimeMillis();
  private volatile @Nullable SessionInfo agreed;
  private volatile boolean revoked;

  /** Whether it was decided who ends it when its drain deadline has passed. */
  @SuppressWarnings("unused") // By its VarHandle.
  private boolean ending;

  private long began;
  private boolean outputEnded;
  private boolean halfClosed;
  private boolean judged;
  private boolean carried;
  private boolean broken;
  private boolean closed;

  /**
   * Takes a handle and the lease over.
   *
   * @param mayBlock whether it says that its handshake may wait
   * @param hasDevice whether that may be for a device
   */
  LeasedHandle(
      TlsHandle handle,
      Generation generation,
      ContextRef context,
      int lease,
      long id,
      boolean mayBlock,
      boolean hasDevice,
      Role role,
      Peer peer,
      DrainListener onDrain) {
    this.handle = handle;
    this.generation = generation;
    this.context = context;
    this.lease = lease;
    this.id = id;
    this.mayBlock = mayBlock;
    this.hasDevice = hasDevice;
    this.role = role;
    this.peer = peer;
    this.onDrain = onDrain;
  }

  private static VarHandle ending() {
    try {
      return MethodHandles.lookup().findVarHandle(LeasedHandle.class, "ending", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // ---- calls

  @Override
  public Progress handshake() throws TlsException {
    if (agreed != null) {
      return answer(Operation.FLUSH, handle::flush);
    }
    if (began == 0) {
      began = System.nanoTime();
    }
    Progress progress;
    try {
      progress = answer(Operation.HANDSHAKE, handle::handshake);
      if (progress == Progress.DONE) {
        SessionInfo known = answer(Operation.SESSION, handle::session);
        agreed = known;
        context.use().handshake(known);
      }
    } catch (TlsException e) {
      failed(e);
      throw e;
    }
    if (progress == Progress.DONE) {
      judged = true;
      generation.done(System.nanoTime() - began);
    }
    return progress;
  }

  private void failed(TlsException error) {
    if (judged) {
      return;
    }
    judged = true;
    if (error.peerAtFault()) {
      generation.stats().failedByPeer();
    } else if (error.code() != TlsErrorCode.SE_FAILED || !hasDevice) { // A device is not the stack.
      generation.stats().failed();
    }
  }

  /** A handshake that is followed by an error instead of data was none. */
  private void failedBeforeData(TlsException error) {
    if (!carried && agreed != null) {
      carried = true;
      if (!error.peerAtFault() && error.code() != TlsErrorCode.TCP_CLOSED_FIN) {
        generation.stats().failed();
      }
    }
  }

  /** The first handshakes of an activation, and those with a device, are kept off event loops. */
  @Override
  public boolean mayBlock() {
    return mayBlock || generation.isOnProbation();
  }

  @Override
  public int read(ByteBuffer dst) throws TlsException {
    alive();
    int position = dst.position();
    int room = dst.remaining();
    int result;
    int call = begin(Operation.READ);
    try {
      result = handle.read(dst);
    } catch (TlsException e) {
      failedBeforeData(e);
      throw e;
    } catch (Throwable e) {
      throw broke(Operation.READ, e);
    } finally {
      generation.calls().end(call);
    }
    if (!Contract.isRead(result, room, dst.position() - position)) {
      throw nonsense(Operation.READ, result, room);
    }
    carried |= result > 0 || result == END;
    if (outputEnded && result > 0 && !halfClosed) {
      halfClosed = true;
      SessionInfo known = agreed;
      context.use().halfClosed(known == null ? TlsVersion.ANY : known.version());
    }
    return result;
  }

  @Override
  public int write(ByteBuffer src) throws TlsException {
    alive();
    int position = src.position();
    int there = src.remaining();
    int result;
    int call = begin(Operation.WRITE);
    try {
      result = handle.write(src);
    } catch (TlsException e) {
      failedBeforeData(e);
      throw e;
    } catch (Throwable e) {
      throw broke(Operation.WRITE, e);
    } finally {
      generation.calls().end(call);
    }
    if (!Contract.isWritten(result, there, src.position() - position)) {
      throw nonsense(Operation.WRITE, result, there);
    }
    carried |= result > 0;
    return result;
  }

  @Override
  public Progress flush() throws TlsException {
    return answer(Operation.FLUSH, handle::flush);
  }

  @Override
  public int bytesAvailable() {
    if (revoked || broken) {
      return 0;
    }
    int call = begin(Operation.BYTES_AVAILABLE);
    try {
      return Math.max(0, Math.min(MOST_AVAILABLE, handle.bytesAvailable()));
    } catch (Throwable e) {
      return 0; // It fails when it is read from, too, and there it is told.
    } finally {
      generation.calls().end(call);
    }
  }

  @Override
  public Progress shutdownOutput() throws TlsException {
    Progress progress = answer(Operation.SHUTDOWN_OUTPUT, handle::shutdownOutput);
    outputEnded = true;
    return progress;
  }

  @Override
  public SessionInfo session() {
    SessionInfo known = agreed;
    if (known != null) {
      return known;
    }
    try {
      return answer(Operation.SESSION, handle::session);
    } catch (TlsException e) {
      return SessionInfo.none(generation.candidate().name());
    }
  }

  @Override
  public Optional<ClientSession> clientSession() {
    try {
      return answer(Operation.CLIENT_SESSION, handle::clientSession);
    } catch (TlsException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean heardFromPeer() {
    if (revoked || broken) {
      return true;
    }
    int call = begin(Operation.HEARD_FROM_PEER);
    try {
      return handle.heardFromPeer();
    } catch (Throwable e) {
      return true;
    } finally {
      generation.calls().end(call);
    }
  }

  @Override
  public Optional<Provenance> provenance() {
    return Optional.of(generation.provenance(context));
  }

  @Override
  public <T> Optional<T> unwrap(Class<T> type) {
    try {
      return answer(Operation.UNWRAP, () -> handle.unwrap(type));
    } catch (TlsException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (began != 0 && agreed == null && !judged) { // Given up, as by a deadline.
      judged = true;
      if (heardFromPeer()) {
        generation.stats().failed();
      } else {
        generation.stats().failedByPeer();
      }
    }
    int call = begin(Operation.CLOSE);
    try {
      handle.close();
    } catch (Throwable e) {
      if (!revoked) { // What is left of a bundle that has gone cannot be held to anything.
        generation.fault(new StackFault("close", Failures.describe(e)));
      }
    } finally {
      generation.calls().end(call);
      generation.closed(this);
      context.release(lease);
    }
  }

  // ---- the guard

  private interface Call<T> {
    @Nullable T perform() throws TlsException;
  }

  private <T> T answer(Operation operation, Call<T> call) throws TlsException {
    alive();
    T result;
    int underWay = begin(operation);
    try {
      result = call.perform();
    } catch (TlsException e) {
      throw e;
    } catch (Throwable e) {
      throw broke(operation, e);
    } finally {
      generation.calls().end(underWay);
    }
    if (result == null) {
      throw fault(new StackFault(operation.method(), "it returned null"), null);
    }
    return result;
  }

  /** A handshake that waits for a device, and says so, is nobody's to interrupt. */
  private int begin(Operation operation) {
    return hasDevice && mayBlock && operation == Operation.HANDSHAKE
        ? StackCalls.UNSEEN
        : generation.calls().begin(operation);
  }

  private void alive() throws TlsException {
    if (revoked) {
      throw new TlsException(
          TlsErrorCode.INVALID_STATE,
          "The bundle of stack "
              + generation.candidate().name()
              + " has been stopped, and the connection with "
              + peer
              + " did not end by its drain deadline; connect again.");
    }
    if (broken) {
      throw new TlsException(
          TlsErrorCode.FAIL,
          "The TLS connection with "
              + peer
              + " has failed before: stack "
              + generation.candidate().name()
              + " broke its contract.");
    }
  }

  private TlsException nonsense(Operation operation, int result, int length) {
    return fault(
        new StackFault(operation.method(), "it returned " + result + " for " + length + " bytes"),
        null);
  }

  /** Whatever it is, it concerns this connection only: an OutOfMemoryError, too, may be made up. */
  private TlsException broke(Operation operation, Throwable error) {
    return fault(new StackFault(operation.method(), "it threw " + Failures.describe(error)), error);
  }

  private TlsException fault(StackFault fault, @Nullable Throwable cause) {
    broken = true;
    judged = true;
    generation.fault(fault);
    String sentence =
        "The TLS connection with "
            + peer
            + " ends because stack "
            + generation.candidate().name()
            + " broke its contract in '"
            + fault.operation()
            + "' ("
            + fault.what()
            + "); report that to the stack's maker.";
    return cause == null
        ? new TlsException(TlsErrorCode.FAIL, sentence)
        : new TlsException(TlsErrorCode.FAIL, sentence, cause);
  }

  // ---- for the generation

  /** The stack's bundle goes: no call reaches it any more. Any thread. */
  void revoke() {
    revoked = true;
  }

  /**
   * The drain deadline has passed while it was being made or is open. Either it is taken back
   * before its owner sees it, or its owner is told to end it: the first to ask does that.
   */
  boolean claimEnd() {
    return ENDING.compareAndSet(this, false, true);
  }

  void drainDeadlinePassed() {
    if (!claimEnd()) {
      return;
    }
    try {
      onDrain.drainDeadlinePassed();
    } catch (Throwable e) {
      // One owner's failure must not keep the others from being told.
    }
  }

  long id() {
    return id;
  }

  ConnectionDTO describe(Configurations configurations) {
    SessionInfo known = agreed;
    Provenance provenance = generation.provenance(context);
    return new ConnectionDTO(
        id,
        role,
        peer,
        configurations.names(context.config()),
        provenance,
        known == null ? SessionInfo.none(provenance.stack()) : known,
        since);
  }

  /** Ids are unique: a cheaper hash than that of the object's identity. */
  @Override
  public int hashCode() {
    return Long.hashCode(id);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }
}
