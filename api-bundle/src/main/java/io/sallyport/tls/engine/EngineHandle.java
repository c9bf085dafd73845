package io.sallyport.tls.engine;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.SessionInfo;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.Transport;
import io.sallyport.tls.stack.Role;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Drives one {@link SSLEngine} over a transport. Finds the records itself, so that the engine is
 * only called with whole ones, decrypts into the caller's buffer wherever it has the room, and
 * holds no buffer while nothing is in flight.
 */
@SuppressWarnings("ReferenceEquality") // Which buffer it is matters, not what is in it.
public final class EngineHandle implements TlsHandle {
  private enum State {
    NEW,
    HANDSHAKE,
    OPEN,
    FAILED,
    CLOSED
  }

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final int MAX_WRAP_ROOM = 1 << 18;
  private static final int MAX_HANDSHAKE_STEPS = 4096;

  private final EngineContext context;
  private final SSLEngine engine;
  private final int key;
  private final EngineCalls calls;
  private final Peer peer;
  private final Wire wire;

  private final Instant created = Instant.now();

  /** Reads along until the handshake is over. */
  private @Nullable HandshakeObserver observer;

  private HandshakeSummary summary = HandshakeSummary.UNKNOWN;
  private @Nullable SessionInfo session;

  /** Decrypted bytes from position to limit that the caller's buffer had no room for. */
  private ByteBuffer plain = NOTHING;

  private State state = State.NEW;
  private boolean anyByteSeen;
  private boolean firstRecordSeen;
  private boolean inputEnded;
  private boolean outputEnded;

  /** Thrown by the next call, because the last one had bytes to deliver first. */
  private @Nullable TlsException deferred;

  private boolean certificateChosen;

  /** The newest session that the server offered to resume. */
  private @Nullable Supplier<ClientSession> offered;

  /** The engine has something to send that is not application data, and there was no room yet. */
  private boolean wrapDue;

  EngineHandle(EngineContext context, SSLEngine engine, int key, Peer peer, Transport transport) {
    this.context = context;
    this.engine = engine;
    this.key = key;
    this.calls = context.calls();
    this.peer = peer;
    this.wire = Wire.of(transport, context.pool());
    this.observer = new HandshakeObserver(context.role());
  }

  @Override
  public Progress handshake() throws TlsException {
    if (state == State.OPEN) {
      return flush();
    }
    requireAlive(TlsErrorCode.SSL_HANDSHAKE_FAILED);
    try {
      if (state == State.NEW) {
        state = State.HANDSHAKE;
        engine.beginHandshake();
      }
      return advance();
    } catch (IOException e) {
      throw fail(TlsErrorCode.SSL_HANDSHAKE_FAILED, e);
    } catch (RuntimeException e) {
      throw fail(TlsErrorCode.SSL_HANDSHAKE_FAILED, new SSLException(e));
    }
  }

  @Override
  public boolean mayBlock() {
    return context.hasOpaqueKey();
  }

  private Progress advance() throws IOException {
    HandshakeStatus status = engine.getHandshakeStatus();
    for (int step = 0; step < MAX_HANDSHAKE_STEPS; step++) {
      switch (status) {
        case NEED_TASK -> status = runTasks();
        case NEED_WRAP -> {
          SSLEngineResult result = wrap(NOTHING);
          if (result == null) {
            return Progress.WANT_WRITE;
          }
          status = statusOf(result);
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          SSLEngineResult result = unwrapHandshakeRecord();
          if (result == null) {
            return wire.flush() ? Progress.WANT_READ : Progress.WANT_WRITE;
          }
          status = statusOf(result);
        }
        case FINISHED, NOT_HANDSHAKING -> {
          finishHandshake();
          return flush();
        }
      }
    }
    throw new SSLException("The handshake does not come to an end.");
  }

  private HandshakeStatus statusOf(SSLEngineResult result) throws IOException {
    if (result.getStatus() == Status.CLOSED) {
      if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        return HandshakeStatus.NEED_WRAP; // The alert that tells the peer; the reason comes after.
      }
      throw new SSLException("The connection was closed within the handshake.");
    }
    return result.getHandshakeStatus();
  }

  private HandshakeStatus runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
    return engine.getHandshakeStatus();
  }

  /** Gives the engine the next record; null when there is none yet. */
  private @Nullable SSLEngineResult unwrapHandshakeRecord() throws IOException {
    ByteBuffer in = wire.received();
    int length;
    while ((length = wholeRecord(in)) == 0) {
      if (!wire.receiveMore()) {
        if (wire.ended()) {
          throw truncated();
        }
        return null;
      }
      in = wire.received();
    }
    int start = in.position();
    in.limit(start + length);
    try {
      observeInbound(in);
      // With application data following at once, the record may already be one of them.
      ByteBuffer target = context.pool().borrow();
      try {
        SSLEngineResult result = unwrapInto(in, target);
        keepPlain(target);
        return result;
      } finally {
        if (plain != target) {
          context.pool().giveBack(target);
        }
      }
    } finally {
      wire.consume(in.position() - start);
    }
  }

  private void observeInbound(ByteBuffer record) throws IOException {
    if (observer != null) {
      observer.inbound(record);
      context.checkOffer(observer, peer);
      if (!certificateChosen
          && context.role() == Role.SERVER
          && observer.clientHello().isPresent()) {
        certificateChosen = true;
        context.chooseCertificate(key, observer.clientHello().get(), peer);
      }
    }
  }

  private void keepPlain(ByteBuffer target) {
    if (target.position() > 0) {
      plain = target.flip();
    }
  }

  private SSLEngineResult unwrapInto(ByteBuffer in, ByteBuffer target) throws IOException {
    SSLEngineResult result = calls.unwrap(engine, in, target);
    if (result.bytesConsumed() == 0
        && result.bytesProduced() == 0
        && result.getStatus() == Status.BUFFER_UNDERFLOW) {
      throw new SSLException("The library asks for more than a whole record.");
    }
    return result;
  }

  private void finishHandshake() throws IOException {
    HandshakeObserver seen = observer;
    if (seen != null) {
      HandshakeSummary outcome = HandshakeSummary.of(seen);
      context.checkOutcome(
          outcome,
          Optional.ofNullable(engine.getApplicationProtocol()).filter(p -> !p.isEmpty()),
          peer);
      boolean external = context.preShared() && outcome.version() == TlsVersion.TLS_1_3;
      summary = external ? outcome.notResumed() : outcome;
      observer = null;
      context.forgetChoice(key);
      if (context.forgetsSessions()) {
        engine.getSession().invalidate();
      }
    }
    state = State.OPEN;
    if (context.capturesSessions()) {
      lookForSession(summary.version() == TlsVersion.TLS_1_2);
    }
  }

  /**
   * Servers offer sessions at the end of a handshake, in TLS 1.3 at any time after it: what a
   * library keeps before that has no ticket.
   */
  private void lookForSession(boolean resumable) {
    Optional<Supplier<ClientSession>> fresh = context.newSession(engine);
    if (resumable && fresh.isPresent()) {
      offered = fresh.get();
      context.tell(peer, fresh.get().get());
    }
  }

  @Override
  public Optional<ClientSession> clientSession() {
    return Optional.ofNullable(offered).map(Supplier::get);
  }

  @Override
  public int read(ByteBuffer dst) throws TlsException {
    requireOpen(TlsErrorCode.SSL_READ_FAILED);
    int start = dst.position();
    try {
      return receive(dst);
    } catch (IOException e) {
      return deliverOrThrow(dst.position() - start, fail(TlsErrorCode.SSL_READ_FAILED, e));
    } catch (RuntimeException e) {
      TlsException failure = fail(TlsErrorCode.SSL_READ_FAILED, new SSLException(e));
      return deliverOrThrow(dst.position() - start, failure);
    }
  }

  private int deliverOrThrow(int count, TlsException failure) throws TlsException {
    if (count == 0) {
      throw failure;
    }
    deferred = failure;
    return count;
  }

  private int receive(ByteBuffer dst) throws IOException {
    int start = dst.position();
    if (plain != NOTHING) {
      drainPlain(dst);
      if (plain != NOTHING || !dst.hasRemaining()) {
        return dst.position() - start;
      }
    }
    boolean more = !inputEnded;
    while (more) {
      more = unwrapRecords(dst) && wire.receiveMore();
    }
    int count = dst.position() - start;
    if (count > 0) {
      return count;
    }
    if (plain != NOTHING) {
      return 0; // The caller gave no room.
    }
    if (inputEnded) {
      return END;
    }
    if (!dst.hasRemaining()) {
      return 0;
    }
    if (wire.ended()) {
      throw truncated();
    }
    return wrapDue ? WANT_WRITE : WANT_READ;
  }

  /**
   * Decrypts the whole records that are there as long as {@code dst} takes them.
   *
   * @return whether more received bytes could be of use
   */
  private boolean unwrapRecords(ByteBuffer dst) throws IOException {
    ByteBuffer in = wire.received();
    int start = in.position();
    int end = in.limit();
    int from = dst.position();
    try {
      while (!inputEnded) {
        int length = wholeRecord(in);
        if (length == 0) {
          return dst.position() == from;
        }
        boolean fits = dst.remaining() >= length - Records.HEADER - Records.MIN_EXPANSION - 1;
        if (!fits && dst.position() > from) {
          return false;
        }
        refuseRenegotiation(in);
        in.limit(in.position() + length);
        SSLEngineResult result;
        if (context.library().closesBothDirections() && Records.mayBeAlert(in, in.position())) {
          result = unwrapAlertFirst(in, dst);
        } else if (fits) {
          result = unwrapInto(in, dst);
          if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            result = unwrapAside(in, dst);
          }
        } else {
          result = unwrapAside(in, dst);
        }
        in.limit(end);
        after(result);
        if (context.capturesSessions() && result.bytesProduced() == 0 && plain == NOTHING) {
          lookForSession(true);
        }
        boolean stuck = wrapDue && result.bytesConsumed() == 0 && result.bytesProduced() == 0;
        if (plain != NOTHING || stuck) {
          return false;
        }
      }
      return false;
    } finally {
      wire.consume(in.position() - start);
    }
  }

  /** RFC 9325 section 3.5; in TLS 1.3 such a record does not exist once all is encrypted. */
  private void refuseRenegotiation(ByteBuffer in) throws NotTlsException {
    if (summary.version() == TlsVersion.TLS_1_2
        && Records.type(in, in.position()) == Records.HANDSHAKE) {
      throw new NotTlsException(
          "The peer " + peer + " asked for a renegotiation, which is not allowed here.");
    }
  }

  /** Lets the engine take in a record without room for plaintext, which does not end both sides. */
  private SSLEngineResult unwrapAlertFirst(ByteBuffer in, ByteBuffer dst) throws IOException {
    SSLEngineResult result = unwrapInto(in, NOTHING);
    if (engine.isInboundDone()) {
      inputEnded = true;
      return result;
    }
    if (result.getStatus() != Status.BUFFER_OVERFLOW) {
      return result;
    }
    return dst.remaining() >= result.bytesConsumed() ? unwrapInto(in, dst) : unwrapAside(in, dst);
  }

  /** Decrypts into a borrowed buffer and gives the caller what it has room for. */
  private SSLEngineResult unwrapAside(ByteBuffer in, ByteBuffer dst) throws IOException {
    ByteBuffer target = context.pool().borrow();
    try {
      SSLEngineResult result = unwrapInto(in, target);
      keepPlain(target);
      return result;
    } finally {
      if (plain != target) {
        context.pool().giveBack(target);
      } else {
        drainPlain(dst);
      }
    }
  }

  private void drainPlain(ByteBuffer dst) {
    int count = Math.min(plain.remaining(), dst.remaining());
    int limit = plain.limit();
    dst.put(plain.limit(plain.position() + count));
    plain.limit(limit);
    if (!plain.hasRemaining()) {
      dropPlain();
    }
  }

  private void dropPlain() {
    if (plain != NOTHING) {
      context.pool().giveBack(plain);
      plain = NOTHING;
    }
  }

  /** Messages after the handshake: tickets, key updates, close_notify. */
  private void after(SSLEngineResult result) throws IOException {
    // An engine whose own direction has ended says CLOSED of every record that it still takes.
    if (result.getStatus() == Status.CLOSED
        && (engine.isInboundDone() || result.bytesConsumed() == 0)) {
      inputEnded = true;
    }
    HandshakeStatus status = result.getHandshakeStatus();
    if (status == HandshakeStatus.NOT_HANDSHAKING || status == HandshakeStatus.NEED_UNWRAP) {
      return;
    }
    if (status == HandshakeStatus.NEED_TASK) {
      status = runTasks();
    }
    if (status == HandshakeStatus.NEED_WRAP) {
      wrapDue = true;
      wrapWhatIsDue();
    }
  }

  /** Sends what the engine has to say of its own; whether nothing is left. */
  private boolean wrapWhatIsDue() throws IOException {
    while (wrapDue) {
      SSLEngineResult result = wrap(NOTHING);
      if (result == null) {
        return false;
      }
      HandshakeStatus status = result.getHandshakeStatus();
      if (status == HandshakeStatus.NEED_TASK) {
        status = runTasks();
      }
      wrapDue = status == HandshakeStatus.NEED_WRAP && result.getStatus() == Status.OK;
    }
    return wire.flush();
  }

  @Override
  public int write(ByteBuffer src) throws TlsException {
    requireOpen(TlsErrorCode.SSL_WRITE_FAILED);
    if (outputEnded) {
      throw new TlsException(
          TlsErrorCode.SSL_WRITE_FAILED,
          "Nothing can be sent to " + peer + " any more: the own direction has been ended.");
    }
    try {
      return send(src);
    } catch (IOException e) {
      throw fail(TlsErrorCode.SSL_WRITE_FAILED, e);
    } catch (RuntimeException e) {
      throw fail(TlsErrorCode.SSL_WRITE_FAILED, new SSLException(e));
    }
  }

  private int send(ByteBuffer src) throws IOException {
    int start = src.position();
    if (wrapDue && !wrapWhatIsDue()) {
      return WANT_WRITE;
    }
    while (src.hasRemaining()) {
      SSLEngineResult result = wrapAll(src);
      if (result == null) {
        break;
      }
      if (result.getStatus() == Status.CLOSED) {
        throw new SSLException(
            "the peer has ended the connection, and with that stack "
                + context.library().name()
                + " ended both directions");
      }
      HandshakeStatus status = result.getHandshakeStatus();
      if (status == HandshakeStatus.NEED_TASK) {
        runTasks();
      } else if (result.bytesConsumed() == 0 && result.bytesProduced() == 0) {
        if (status == HandshakeStatus.NEED_UNWRAP) {
          return src.position() > start ? src.position() - start : WANT_READ;
        }
        throw new SSLException("the library takes no data and says nothing of what it waits for");
      }
    }
    wire.flush();
    int count = src.position() - start;
    return count > 0 || !src.hasRemaining() ? count : WANT_WRITE;
  }

  /** Encrypts as many records as one view of the transport's room takes; null for no room. */
  private @Nullable SSLEngineResult wrapAll(ByteBuffer src) throws IOException {
    EngineLibrary library = context.library();
    int room = library.wrapRoom(Math.min(src.remaining(), Records.MAX_PLAINTEXT));
    while (room <= MAX_WRAP_ROOM) {
      ByteBuffer out = wire.reserve(room);
      if (!out.hasRemaining()) {
        return null;
      }
      int start = out.position();
      SSLEngineResult result;
      try {
        do {
          result = calls.wrap(engine, src, out);
        } while (src.hasRemaining()
            && result.getStatus() == Status.OK
            && result.bytesConsumed() > 0
            && out.remaining()
                >= library.wrapRoom(Math.min(src.remaining(), Records.MAX_PLAINTEXT)));
      } finally {
        wire.commit(out.position() - start);
      }
      if (result.getStatus() != Status.BUFFER_OVERFLOW || out.position() > start) {
        return result;
      }
      room *= 2;
    }
    throw new SSLException("The library asks for more room than any record needs.");
  }

  /** Encrypts once; null when the transport has no room. */
  private @Nullable SSLEngineResult wrap(ByteBuffer src) throws IOException {
    int room = context.library().wrapRoom(src.remaining());
    while (room <= MAX_WRAP_ROOM) {
      ByteBuffer out = wire.reserve(room);
      if (!out.hasRemaining()) {
        return null;
      }
      int start = out.position();
      SSLEngineResult result;
      try {
        result = calls.wrap(engine, src, out);
        if (observer != null) {
          observer.outbound(out, start, out.position());
        }
      } finally {
        wire.commit(out.position() - start);
      }
      if (result.getStatus() != Status.BUFFER_OVERFLOW || out.position() > start) {
        return result;
      }
      room *= 2;
    }
    throw new SSLException("The library asks for more room than any record needs.");
  }

  @Override
  public Progress flush() throws TlsException {
    if (state == State.CLOSED || state == State.FAILED) {
      return Progress.DONE;
    }
    try {
      return wrapWhatIsDue() ? Progress.DONE : Progress.WANT_WRITE;
    } catch (IOException e) {
      throw fail(TlsErrorCode.SSL_WRITE_FAILED, e);
    } catch (RuntimeException e) {
      throw fail(TlsErrorCode.SSL_WRITE_FAILED, new SSLException(e));
    }
  }

  @Override
  public int bytesAvailable() {
    return plain.remaining();
  }

  @Override
  public Progress shutdownOutput() throws TlsException {
    if (state == State.CLOSED || state == State.FAILED) {
      return Progress.DONE;
    }
    try {
      if (!outputEnded) {
        if (!wrapWhatIsDue()) {
          return Progress.WANT_WRITE;
        }
        outputEnded = true;
        engine.closeOutbound();
        wrapDue = !engine.isOutboundDone();
      }
      return wrapWhatIsDue() ? Progress.DONE : Progress.WANT_WRITE;
    } catch (IOException e) {
      throw fail(TlsErrorCode.SSL_WRITE_FAILED, e);
    } catch (RuntimeException e) {
      throw fail(TlsErrorCode.SSL_WRITE_FAILED, new SSLException(e));
    }
  }

  @Override
  public SessionInfo session() {
    SessionInfo known = session;
    if (known != null) {
      return known;
    }
    HandshakeObserver seen = observer;
    HandshakeSummary current = seen == null ? summary : HandshakeSummary.of(seen);
    SessionInfo info =
        current.toSessionInfo(
            context.library().name(),
            engine,
            state == State.OPEN,
            context.role() == Role.CLIENT || context.requiresClientCertificate());
    if (state == State.OPEN) {
      session = info;
    }
    return info;
  }

  @Override
  public boolean heardFromPeer() {
    return anyByteSeen || firstRecordSeen;
  }

  @Override
  public <T> Optional<T> unwrap(Class<T> type) {
    return type.isInstance(engine) ? Optional.of(type.cast(engine)) : Optional.empty();
  }

  @Override
  public void close() {
    if (state == State.CLOSED) {
      return;
    }
    State before = state;
    if (before == State.OPEN) {
      session(); // Still readable afterwards, when the engine has let go.
    }
    state = State.CLOSED;
    try {
      if (before == State.OPEN || before == State.HANDSHAKE) {
        engine.closeOutbound();
        wrapDue = !engine.isOutboundDone();
        wrapWhatIsDue();
      }
    } catch (IOException | RuntimeException e) {
      // The peer will notice the missing close_notify; there is nobody else to tell.
    } finally {
      observer = null;
      offered = null;
      context.forgetChoice(key);
      dropPlain();
      wire.release();
      EngineRelease.release(engine, context);
    }
  }

  /**
   * Length of the record at the front of the view, header included, or 0 while it is not all there.
   * What is no record, or longer than allowed, is told apart here, the same for every stack.
   */
  private int wholeRecord(ByteBuffer in) throws IOException {
    int at = in.position();
    int there = in.remaining();
    if (!firstRecordSeen && there > 0) {
      anyByteSeen = true;
      WrongPeer.check(in, context.role(), wire.ended());
    }
    if (there < Records.HEADER) {
      return 0;
    }
    if (!Records.isHeader(in, at)) {
      throw new NotTlsException(
          "What arrived from "
              + peer
              + " is not a TLS record ("
              + WrongPeer.show(in, there)
              + ").");
    }
    int length = Records.HEADER + Records.fragmentLength(in, at);
    if (there < length) {
      return 0;
    }
    firstRecordSeen = true;
    return length;
  }

  private TlsException truncated() {
    if (state == State.OPEN) {
      return new TlsException(
          TlsErrorCode.TCP_CLOSED_FIN,
          "TCP to " + peer + " ended without close_notify; the data may be truncated.");
    }
    TlsException hungUp =
        new TlsException(
            TlsErrorCode.TCP_CLOSED_FIN,
            "The peer "
                + peer
                + " hung up within the TLS handshake"
                + (heardFromPeer() ? "" : ", before it sent anything")
                + "; look there for the reason.");
    return heardFromPeer() ? hungUp : hungUp.blamingPeer();
  }

  private void requireOpen(TlsErrorCode code) throws TlsException {
    requireAlive(code);
    if (state != State.OPEN) {
      throw new TlsException(
          TlsErrorCode.INVALID_STATE,
          "The TLS handshake with " + peer + " is not done; finish it first.");
    }
  }

  private void requireAlive(TlsErrorCode code) throws TlsException {
    if (state == State.CLOSED) {
      throw new TlsException(TlsErrorCode.INVALID_STATE, "The handle to " + peer + " is closed.");
    }
    TlsException late = deferred;
    if (late != null) {
      deferred = null;
      throw late;
    }
    if (state == State.FAILED) {
      throw new TlsException(code, "The TLS connection to " + peer + " has failed before.");
    }
  }

  /** Lets the alert go, and puts the error into words. */
  private TlsException fail(TlsErrorCode code, IOException error) {
    HandshakeObserver seen = observer;
    boolean ours = error instanceof TlsException;
    state = State.FAILED;
    observer = null;
    dropPlain();
    try {
      if (error instanceof LocalAlertException local) {
        sendPlain(local.alert());
      } else if (!ours && !(error instanceof NotTlsException)) {
        wrapDue = true;
        wrapWhatIsDue();
      }
      wire.flush();
    } catch (IOException | RuntimeException e) {
      error.addSuppressed(e);
    }
    if (ours) {
      return (TlsException) error;
    }
    Failures failures = new Failures(context, peer, seen);
    boolean inHandshake = seen != null && seen.alertReceived() < 0;
    Optional<TlsException> device =
        inHandshake ? context.keyFailureSince(created) : Optional.empty();
    return device.isPresent()
        ? failures.explain(device.get(), error)
        : failures.explain(code, error);
  }

  /** An alert of our own, while nothing is encrypted yet. */
  private void sendPlain(AlertDescription alert) throws IOException {
    ByteBuffer out = wire.reserve(Records.HEADER + 2);
    if (out.hasRemaining()) {
      out.put((byte) Records.ALERT).put((byte) 3).put((byte) 3).put((byte) 0).put((byte) 2);
      out.put((byte) 2).put((byte) alert.number());
      wire.commit(Records.HEADER + 2);
    }
  }
}
