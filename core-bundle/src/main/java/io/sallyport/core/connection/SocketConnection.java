package io.sallyport.core.connection;

import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.ConnectionState;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.Provenance;
import io.sallyport.tls.SessionInfo;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A connection over a socket. The socket is always non-blocking; a blocking connection waits with a
 * selector of its own.
 */
final class SocketConnection implements TlsConnection {
  private static final int NO_INTEREST = 0;

  private final Establishment establishment;
  private final Peer peer;
  private final TlsConfig config;
  private final Handles handles;
  private final Optional<ClientSession> resumable;
  private final Deadline deadline;
  private final boolean plain;
  private final Readiness readiness = new Readiness();
  private final AtomicReference<@Nullable TlsException> lastError = new AtomicReference<>();
  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicBoolean released = new AtomicBoolean();
  private volatile boolean closing;
  private volatile ConnectionState state = ConnectionState.INIT;
  private volatile @Nullable TlsHandle handle;
  private volatile SessionInfo session = SessionInfo.none("");
  private boolean blocking;
  private int interest = NO_INTEREST;

  SocketConnection(
      Establishment establishment,
      Peer peer,
      TlsConfig config,
      Handles handles,
      Optional<ClientSession> resumable,
      Deadline deadline,
      boolean blocking) {
    this.establishment = establishment;
    this.peer = peer;
    this.config = config;
    this.handles = handles;
    this.resumable = resumable;
    this.deadline = deadline;
    this.blocking = blocking;
    this.plain = config instanceof ClientConfig client && client.plainTcp();
  }

  @Override
  public Progress advance() throws TlsException {
    return exclusively(
        () -> {
          Progress progress = step();
          while (blocking && progress != Progress.DONE) {
            await();
            progress = step();
          }
          return progress;
        });
  }

  /** A blocking call is over; from now on the connection is as its configuration says. */
  void nonBlocking() {
    blocking = false;
    readiness.close(); // Its selector is not needed any more.
  }

  private Progress step() throws TlsException {
    try {
      Progress progress = stepUnchecked();
      if (progress != Progress.DONE && deadline.passed()) {
        throw late();
      }
      return progress;
    } catch (TlsException e) {
      throw fail(e);
    } catch (IOException e) {
      throw fail(
          new TlsException(
              TlsErrorCode.FAIL, "The connection with " + peer + " broke: " + e.getMessage(), e));
    }
  }

  private Progress stepUnchecked() throws IOException {
    switch (state) {
      case DONE -> {
        return Progress.DONE;
      }
      case FAIL -> throw unusable();
      case INIT -> state = ConnectionState.CONNECTING;
      default -> {}
    }
    if (state == ConnectionState.CONNECTING) {
      Optional<SocketChannel> channel = establishment.advance();
      if (channel.isEmpty()) {
        interest = establishment.resolving() ? NO_INTEREST : SelectionKey.OP_CONNECT;
        return Progress.WANT_WRITE;
      }
      channel.get().configureBlocking(false);
      if (plain) {
        state = ConnectionState.DONE;
        interest = NO_INTEREST;
        return Progress.DONE;
      }
      handle =
          handles.open(
              config,
              peer,
              new SocketTransport(channel.get()),
              this::drainDeadlinePassed,
              resumable);
      state = ConnectionState.HANDSHAKE;
    }
    TlsHandle shaking = connected();
    Progress progress = shaking.handshake();
    if (progress == Progress.DONE) {
      session = shaking.session();
      state = ConnectionState.DONE;
    }
    interest = interestOf(progress);
    return progress;
  }

  private TlsException late() {
    boolean server = !(config instanceof ClientConfig);
    String phase = state == ConnectionState.HANDSHAKE ? "the TLS handshake" : establishment.phase();
    return new TlsException(
        server ? TlsErrorCode.SERVER_HANDSHAKE_TIMEOUT : TlsErrorCode.CONNECTION_TIMEOUT,
        "The connection with "
            + peer
            + " was not up within "
            + deadline.length().toMillis()
            + " ms; "
            + phase
            + " was not finished.");
  }

  private static int interestOf(Progress progress) {
    return switch (progress) {
      case DONE -> NO_INTEREST;
      case WANT_READ -> SelectionKey.OP_READ;
      case WANT_WRITE -> SelectionKey.OP_WRITE;
    };
  }

  /** Waits for what the last step asked for, at most until something is to be done anyway. */
  private void await() throws TlsException {
    long millis = Math.max(1, establishment.millisLeft());
    Optional<SocketChannel> channel = establishment.channel();
    try {
      if (channel.isPresent()) {
        readiness.await(
            channel.get(), interest, Math.max(1, Math.min(millis, deadline.millisLeft())));
      } else {
        awaitResolution(millis);
      }
    } catch (IOException e) {
      throw fail(
          new TlsException(
              TlsErrorCode.FAIL, "Waiting for " + peer + " failed: " + e.getMessage(), e));
    }
    if (closing) {
      throw fail(closedMeanwhile());
    }
  }

  private void awaitResolution(long millis) throws TlsException {
    try {
      Object unused = establishment.resolution().get(millis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return; // The next step finds out which, and says so.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw fail(
          new TlsException(
              TlsErrorCode.FAIL, "The look-up of " + peer.host() + " was interrupted.", e));
    }
  }

  @Override
  public int interestOps() {
    return interest;
  }

  @Override
  public long millisToDeadline() {
    return state == ConnectionState.DONE ? Long.MAX_VALUE : establishment.millisLeft();
  }

  @Override
  public int read(ByteBuffer dst) throws TlsException {
    return exclusively(
        () -> {
          Deadline patience = new Deadline(config.timeout());
          while (true) {
            int count = readOnce(dst);
            if (!again(count, patience, "No byte came from ")) {
              return count;
            }
          }
        });
  }

  private int readOnce(ByteBuffer dst) throws TlsException {
    requireUp();
    try {
      if (!plain) {
        return connected().read(dst);
      }
      int count = channelUp().read(dst);
      return count == 0 && dst.hasRemaining() ? TlsHandle.WANT_READ : count;
    } catch (TlsException e) {
      throw fail(e);
    } catch (IOException e) {
      throw fail(
          new TlsException(
              TlsErrorCode.SSL_READ_FAILED,
              "Reading from " + peer + " failed: " + e.getMessage(),
              e));
    }
  }

  @Override
  public int write(ByteBuffer src) throws TlsException {
    return exclusively(
        () -> {
          Deadline patience = new Deadline(config.timeout());
          int total = 0;
          int count = writeOnce(src);
          while (again(count, patience, "No byte could be sent to ")
              || (blocking && src.hasRemaining())) {
            total += Math.max(0, count);
            count = writeOnce(src);
          }
          Progress flushed = blocking ? flushOnce() : Progress.DONE;
          while (flushed != Progress.DONE
              && again(TlsHandle.WANT_WRITE, patience, "No byte could be sent to ")) {
            flushed = flushOnce();
          }
          return blocking ? total + count : count;
        });
  }

  private int writeOnce(ByteBuffer src) throws TlsException {
    requireUp();
    try {
      if (!plain) {
        return src.hasRemaining() ? connected().write(src) : 0;
      }
      int count = channelUp().write(src);
      return count == 0 && src.hasRemaining() ? TlsHandle.WANT_WRITE : count;
    } catch (TlsException e) {
      throw fail(e);
    } catch (IOException e) {
      throw fail(
          new TlsException(
              TlsErrorCode.SSL_WRITE_FAILED,
              "Writing to " + peer + " failed: " + e.getMessage(),
              e));
    }
  }

  /**
   * Decides after one attempt: a blocking connection waits and tries again.
   *
   * @return whether to try again
   */
  private boolean again(int result, Deadline patience, String complaint) throws TlsException {
    if (result != TlsHandle.WANT_READ && result != TlsHandle.WANT_WRITE) {
      interest = NO_INTEREST;
      return false;
    }
    interest = result == TlsHandle.WANT_READ ? SelectionKey.OP_READ : SelectionKey.OP_WRITE;
    if (!blocking) {
      return false;
    }
    long millis = patience.millisLeft();
    if (millis == 0) {
      TlsException late =
          new TlsException(
              TlsErrorCode.TIMEOUT,
              complaint + peer + " within " + patience.length().toMillis() + " ms.");
      lastError.set(late);
      throw late; // The connection is still good; the caller may try again.
    }
    try {
      readiness.await(channelUp(), interest, millis);
    } catch (IOException e) {
      throw fail(
          new TlsException(
              TlsErrorCode.FAIL, "Waiting for " + peer + " failed: " + e.getMessage(), e));
    }
    if (closing) {
      throw fail(closedMeanwhile());
    }
    return true;
  }

  @Override
  public Progress flush() throws TlsException {
    return exclusively(this::flushOnce);
  }

  private Progress flushOnce() throws TlsException {
    requireUp();
    try {
      Progress progress = plain ? Progress.DONE : connected().flush();
      interest = interestOf(progress);
      return progress;
    } catch (TlsException e) {
      throw fail(e);
    }
  }

  @Override
  public int bytesAvailable() {
    TlsHandle up = handle;
    return up == null ? 0 : up.bytesAvailable();
  }

  @Override
  public Progress shutdownOutput() throws TlsException {
    return exclusively(
        () -> {
          requireUp();
          Deadline patience = new Deadline(config.timeout());
          try {
            if (!plain) {
              Progress progress = connected().shutdownOutput();
              while (progress != Progress.DONE) {
                if (!again(TlsHandle.WANT_WRITE, patience, "The end could not be sent to ")) {
                  return progress;
                }
                progress = connected().shutdownOutput();
              }
            } else {
              channelUp().shutdownOutput();
            }
            return Progress.DONE;
          } catch (TlsException e) {
            throw fail(e);
          } catch (IOException e) {
            throw fail(
                new TlsException(
                    TlsErrorCode.SSL_WRITE_FAILED,
                    "Ending the output to " + peer + " failed: " + e.getMessage(),
                    e));
          }
        });
  }

  @Override
  public Optional<SocketChannel> channel() {
    return establishment.channel();
  }

  @Override
  public ConnectionState state() {
    return state;
  }

  @Override
  public SessionInfo session() {
    return session;
  }

  @Override
  public Optional<Provenance> provenance() {
    TlsHandle up = handle;
    return up == null ? Optional.empty() : up.provenance();
  }

  @Override
  public Optional<TlsException> takeLastError() {
    return Optional.ofNullable(lastError.getAndSet(null));
  }

  @Override
  public Optional<ClientSession> clientSession() {
    TlsHandle up = handle;
    return up == null ? Optional.empty() : up.clientSession();
  }

  @Override
  public <T> Optional<T> unwrap(Class<T> type) {
    TlsHandle up = handle;
    return up == null ? Optional.empty() : up.unwrap(type);
  }

  /**
   * A call that is under way in another thread ends by itself and then releases everything; else it
   * is done here.
   */
  @Override
  public void close() {
    closing = true;
    readiness.wakeUp();
    establishment.abandonResolution();
    if (busy.compareAndSet(false, true)) {
      release();
    }
  }

  private void drainDeadlinePassed() {
    close();
  }

  private void release() {
    if (released.compareAndSet(false, true)) {
      TlsHandle up = handle;
      if (up != null) {
        up.close();
      }
      establishment.close();
      readiness.close();
      if (state != ConnectionState.FAIL) {
        state = ConnectionState.FAIL;
      }
    }
  }

  private interface Call<T> {
    T perform() throws TlsException;
  }

  /** One thread at a time; whoever comes meanwhile has broken the contract and is told so. */
  private <T> T exclusively(Call<T> call) throws TlsException {
    if (closing) {
      throw closedMeanwhile();
    }
    if (!busy.compareAndSet(false, true)) {
      throw closing
          ? closedMeanwhile()
          : new TlsException(
              TlsErrorCode.INVALID_STATE,
              "The connection with "
                  + peer
                  + " is used by two threads at once; use it from one at a time.");
    }
    try {
      return call.perform();
    } finally {
      if (closing) {
        release();
      } else {
        busy.set(false);
        // A close that came between the two lines above found the connection busy.
        if (closing && busy.compareAndSet(false, true)) {
          release();
        }
      }
    }
  }

  private void requireUp() throws TlsException {
    if (state == ConnectionState.FAIL) {
      throw unusable();
    }
    if (state != ConnectionState.DONE) {
      throw new TlsException(
          TlsErrorCode.INVALID_STATE,
          "The connection with " + peer + " is not up yet; advance it until it is done.");
    }
  }

  private TlsHandle connected() throws TlsException {
    TlsHandle up = handle;
    if (up == null) {
      throw unusable();
    }
    return up;
  }

  private SocketChannel channelUp() throws TlsException {
    return establishment.channel().orElseThrow(this::unusable);
  }

  private TlsException unusable() {
    return new TlsException(
        TlsErrorCode.INVALID_STATE,
        "The connection with " + peer + " has failed or is closed; make a new one.");
  }

  private TlsException closedMeanwhile() {
    return new TlsException(
        TlsErrorCode.INVALID_STATE, "The connection with " + peer + " has been closed.");
  }

  private TlsException fail(TlsException e) {
    state = ConnectionState.FAIL;
    lastError.set(e);
    return e;
  }
}
