package io.sallyport.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.DuplexChannel;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.Provenance;
import io.sallyport.tls.SessionInfo;
import io.sallyport.tls.TlsEndpoint;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The side with TLS: drives a {@link TlsHandle}. Encrypted bytes come in by {@link #received} and
 * are decrypted in {@link #decrypt}; plain bytes come in by {@link #send} and are encrypted there.
 */
final class TlsSide extends Side {
  /** Room for a read that only tells how the connection stands. */
  private static final int LEAST_ROOM = 256;

  private final TlsEndpoint endpoint;
  private final Peer peer;
  private final NettyTransport transport;
  private final ArrayDeque<ByteBuf> unsent = new ArrayDeque<>(0);
  private @Nullable TlsHandle handle;
  private boolean secured;
  private boolean endReceived;
  private boolean blocked;
  private boolean dirty;

  /** A step of the handshake runs elsewhere: until it is back, handle and transport are its own. */
  private boolean away;

  /** Takes back the step that is away, if it has not begun; says whether it could. */
  private BooleanSupplier takeBack = () -> false;

  private boolean endMissed;
  private volatile boolean disposed;

  TlsSide(DuplexChannel channel, Relay relay, boolean isClient, TlsEndpoint endpoint, Peer peer) {
    super(channel, relay, isClient);
    this.endpoint = endpoint;
    this.peer = peer;
    this.transport = new NettyTransport(channel);
  }

  @Override
  void open() throws TlsException {
    handle = endpoint.open(peer, transport, relay::drainDeadlinePassed);
    resumeReading();
    advance();
    relay.flush();
  }

  @Override
  ByteBuf allocate(int room) {
    // Between our end and the peer's all is dropped, and the transport may be a step's elsewhere.
    return isClosing() ? channel.alloc().directBuffer(room) : transport.allocateForRead(room);
  }

  @Override
  void received(ByteBuf bytes) throws TlsException {
    if (endReceived) {
      bytes.release(); // RFC 8446 section 6.1: what follows close_notify is ignored.
    } else {
      transport.arrived(bytes);
      advance();
    }
  }

  @Override
  void receivedEnd() throws TlsException {
    if (away) {
      endMissed = true;
    } else {
      transport.end();
      advance();
    }
  }

  /** Does all that can be done with what has been received. */
  private void advance() throws TlsException {
    TlsHandle tls = handle;
    if (tls == null || away) {
      return;
    }
    if (!secured) {
      dirty = true; // There will be something to send, be it an alert.
      if (tls.mayBlock()) {
        handshakeElsewhere(tls);
      } else if (tls.handshake() == Progress.DONE) {
        secured(tls);
      }
    }
    if (secured && isForwarding()) {
      if (!unsent.isEmpty()) {
        encryptUnsent(); // A handle may have waited for bytes before it could write.
        relay.accepts(this);
      }
      decrypt(tls);
    }
  }

  private void secured(TlsHandle tls) {
    secured = true;
    if (relay.log().isDebugged()) {
      SessionInfo agreed = tls.session();
      relay
          .log()
          .debug(
              "Route "
                  + relay.traffic().name()
                  + ": "
                  + peer
                  + " speaks "
                  + agreed.version().protocol()
                  + agreed.cipherSuite().map(suite -> ", " + suite.name()).orElse("")
                  + tls.provenance().map(whose -> ", on " + whose).orElse("")
                  + ".");
    }
    pauseReading();
    relay.ready(this);
  }

  /** With a key in a device: it may take long, and the loop has others to serve. */
  private void handshakeElsewhere(TlsHandle tls) throws TlsException {
    away = true;
    pauseReading();
    try {
      takeBack =
          relay.elsewhere(
              provenance(),
              () -> {
                Step next = step(tls);
                relay.back(() -> back(next), this::abandon);
              });
    } catch (RejectedExecutionException e) {
      away = false;
      throw new TlsException(
          TlsErrorCode.SE_FAILED,
          "Too many handshakes wait for a device with a private key; slow down, or use more keys.",
          e);
    } catch (Throwable e) { // There is no thread to be had.
      away = false;
      throw e;
    }
  }

  /** Not on the loop: does a step, and says what is to be done there after it. */
  private Step step(TlsHandle tls) {
    if (disposed || isClosing()) {
      return () -> {}; // Nobody waits for it any more.
    }
    try {
      Progress progress = tls.handshake();
      return () -> {
        if (progress == Progress.DONE) {
          secured(tls);
        } else {
          resumeReading();
        }
      };
    } catch (TlsException e) {
      return () -> {
        throw e;
      };
    } catch (Throwable e) { // The handle has to come back, whatever the stack throws.
      TlsException unexpected = unexpected(e);
      return () -> {
        throw unexpected;
      };
    }
  }

  private void back(Step next) {
    away = false;
    if (disposed) {
      free();
      return;
    }
    if (isClosing()) {
      closeNow(); // It is too late to end in order what had not begun.
      return;
    }
    guarded(
        () -> {
          next.run();
          if (endMissed) {
            endMissed = false;
            transport.end();
            advance();
          }
        });
    relay.flush();
  }

  /** The loop has ended meanwhile: nobody else touches this any more. */
  private void abandon() {
    away = false;
    free();
  }

  private void decrypt(TlsHandle tls) throws TlsException {
    blocked = false;
    ByteBuf plain = null;
    try {
      while (!endReceived && isForwarding()) {
        if (plain == null) {
          int waiting = Math.max(transport.waiting(), tls.bytesAvailable());
          plain = channel.alloc().directBuffer(Math.max(waiting, LEAST_ROOM));
        }
        int room = plain.writableBytes();
        int read = tls.read(plain.internalNioBuffer(plain.writerIndex(), room));
        if (read > 0) {
          plain.writerIndex(plain.writerIndex() + read);
        }
        if (read >= 0 && !plain.isWritable()) {
          ByteBuf full = plain;
          plain = null;
          relay.forward(this, full);
        } else if (read == TlsHandle.END) {
          endReceived = true;
        } else if (read == TlsHandle.WANT_READ) {
          break;
        } else if (read == TlsHandle.WANT_WRITE) {
          blocked = true;
          pauseReading();
          break;
        }
      }
    } finally {
      dirty = true; // A read may answer: key updates, alerts.
      if (plain != null) {
        relay.forward(this, plain); // What was good before an error, too.
      }
    }
    if (endReceived) {
      transport.drop();
    }
    if (endReceived && isForwarding()) {
      endInput();
    }
  }

  @Override
  void send(ByteBuf bytes) throws TlsException {
    unsent.add(bytes);
    encryptUnsent();
  }

  private void encryptUnsent() throws TlsException {
    TlsHandle tls = handle;
    if (tls == null) {
      return;
    }
    dirty = true;
    for (ByteBuf next = unsent.peek(); next != null; next = unsent.peek()) {
      ByteBuffer source = view(next);
      int before = source.remaining();
      transport.expect(before);
      try {
        while (source.hasRemaining()) {
          if (tls.write(source) < 0) {
            return;
          }
        }
      } finally {
        next.skipBytes(before - source.remaining());
      }
      unsent.remove();
      next.release();
    }
  }

  @Override
  void flush() {
    if (dirty && !away) {
      dirty = false;
      transport.flush();
    }
  }

  @Override
  boolean acceptsMore() {
    return unsent.isEmpty() && channel.isWritable();
  }

  @Override
  boolean writeEnd() throws TlsException {
    TlsHandle tls = handle;
    if (tls == null) {
      return true;
    }
    if (away) {
      return false;
    }
    encryptUnsent();
    dirty = true;
    boolean left = unsent.isEmpty() && tls.shutdownOutput() == Progress.DONE;
    flush();
    return left;
  }

  @Override
  void writable() throws TlsException {
    TlsHandle tls = handle;
    if (tls == null || away) {
      return;
    }
    dirty = true;
    tls.flush();
    encryptUnsent();
    if (!secured) {
      advance();
    } else if (blocked) {
      readOn();
    }
  }

  @Override
  void forward() throws TlsException {
    advance();
  }

  @Override
  boolean mayRead() {
    return !blocked && !away;
  }

  @Override
  void spoil() {
    flush();
    transport.mute();
  }

  @Override
  void shrink() {
    if (!away) {
      transport.shrink();
    }
  }

  @Override
  Optional<Provenance> provenance() {
    TlsHandle tls = handle;
    try {
      return tls == null ? Optional.empty() : tls.provenance();
    } catch (Throwable e) { // It is asked for to tell of a failure: that must not fail.
      return Optional.empty();
    }
  }

  @Override
  void dispose() {
    disposed = true;
    if (away && takeBack.getAsBoolean()) {
      away = false;
    }
    if (!away) {
      free();
    }
  }

  /** Gives everything back, once; what the stack throws then is told and goes no further. */
  private void free() {
    TlsHandle tls = handle;
    handle = null;
    transport.release();
    for (ByteBuf next = unsent.poll(); next != null; next = unsent.poll()) {
      next.release();
    }
    if (tls != null) {
      try {
        tls.close();
      } catch (Throwable e) {
        relay.broken(this, e);
      }
    }
  }
}
