package io.sallyport.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One accepted connection and its way to the target: two sides on one event loop. Confined to that
 * loop, except {@link #drainDeadlinePassed} and {@link #back}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What went wrong also comes as an event.
final class Relay {
  /** How long peers have to end their direction after an end that we began. */
  private static final long LINGER_MS = 2000;

  private enum Phase {
    /** The client's handshake. */
    CLIENT,
    /** Connecting to the target, and its handshake. */
    TARGET,
    /** Bytes flow. */
    OPEN,
    /** Ends are on their way. */
    CLOSING,
    CLOSED
  }

  private final RelayLoop loop;
  private final RelaySettings settings;
  private final Traffic traffic;
  private final Side client;
  private @Nullable Side target;
  private boolean clientClosed;
  private boolean targetClosed = true;
  private boolean told;
  private Phase phase = Phase.CLIENT;
  private long deadline;
  private boolean touched;
  private long lastTouched;

  // Links of the loop's list.
  @Nullable Relay previous;
  @Nullable Relay next;

  Relay(DuplexChannel accepted, RelayLoop loop, RelaySettings settings, Traffic traffic) {
    this.loop = loop;
    this.settings = settings;
    this.traffic = traffic;
    this.client =
        settings
            .inbound()
            .<Side>map(endpoint -> new TlsSide(accepted, this, true, endpoint, peer(accepted)))
            .orElseGet(() -> new PlainSide(accepted, this, true));
  }

  /** The handler of the accepted channel. */
  Side client() {
    return client;
  }

  /** The side of the target, once there is one. */
  @Nullable Side target() {
    return target;
  }

  Traffic traffic() {
    return traffic;
  }

  /** The accepted channel is registered. */
  void start() {
    loop.add(this);
    lastTouched = loop.now();
    deadline = loop.deadline(settings.handshakeTimeoutMs());
    client.guarded(client::open);
  }

  Side other(Side side) {
    return side.isClient() ? Objects.requireNonNull(target) : client;
  }

  /**
   * Does something that may wait, on another thread; see {@link Waiters#execute}.
   *
   * @throws RejectedExecutionException when too much waits there already
   */
  BooleanSupplier elsewhere(Object origin, Runnable task) {
    return loop.elsewhere(origin, task);
  }

  /** Goes on here after {@link #elsewhere}; or otherwise, where the loop has ended. */
  void back(Runnable task, Runnable otherwise) {
    try {
      loop.executor().execute(task);
    } catch (RejectedExecutionException e) {
      otherwise.run();
    }
  }

  RouteLog log() {
    return traffic.log();
  }

  /** A byte moved. */
  void touched() {
    touched = true;
  }

  /** A side can carry application data. */
  void ready(Side side) {
    if (side.isClient()) {
      phase = Phase.TARGET;
      deadline = loop.deadline(settings.connectTimeoutMs());
      settings.target().resolve(this::connect, this::resolveFailed, loop.executor());
    } else {
      phase = Phase.OPEN;
      lastTouched = loop.now();
      client.startForwarding();
      side.startForwarding();
      flush();
    }
  }

  private void resolveFailed(TlsException error) {
    if (phase == Phase.TARGET) {
      targetFailed(error);
    }
  }

  private void connect(List<InetSocketAddress> addresses) {
    connect(addresses, 0);
  }

  private void connect(List<InetSocketAddress> addresses, int index) {
    if (phase != Phase.TARGET) {
      return;
    }
    DuplexChannel channel;
    try {
      channel = loop.newSocket();
    } catch (ChannelException e) {
      targetFailed(
          new TlsException(
              TlsErrorCode.CANNOT_CREATE_SOCKET,
              "No socket could be made for the target ("
                  + Thrown.reason(e)
                  + "); raise the limit of open files (ulimit -n).",
              e));
      return;
    }
    channel.config().setAutoRead(false);
    Side side =
        settings
            .outbound()
            .<Side>map(
                endpoint -> new TlsSide(channel, this, false, endpoint, settings.target().peer()))
            .orElseGet(() -> new PlainSide(channel, this, false));
    channel.pipeline().addLast(side);
    target = side;
    targetClosed = false;
    loop.register(channel)
        .addListener(
            registered -> {
              if (registered.isSuccess()) {
                channel
                    .connect(addresses.get(index))
                    .addListener(connected -> connected(side, connected, addresses, index));
              } else {
                connected(side, registered, addresses, index);
              }
            });
  }

  private void connected(
      Side side, Future<?> result, List<InetSocketAddress> addresses, int index) {
    if (result.isSuccess()) {
      if (phase == Phase.TARGET) {
        side.guarded(side::open);
        flush();
      } else {
        side.closeNow();
      }
      return;
    }
    side.channel.close();
    targetClosed = true;
    side.dispose();
    if (phase != Phase.TARGET) {
      finishIfClosed();
    } else if (index + 1 < addresses.size()) {
      connect(addresses, index + 1);
    } else {
      Throwable cause = Objects.requireNonNull(result.cause());
      targetFailed(
          new TlsException(
              TlsErrorCode.FAILED_CONNECT_TO_HOST,
              "No connection to the target "
                  + settings.target().peer()
                  + " ("
                  + Thrown.reason(cause)
                  + "); check that it runs and that the route's target is right.",
              cause));
    }
  }

  /** Moves bytes from one side to the other. */
  void forward(Side from, ByteBuf bytes) {
    if (phase != Phase.OPEN || !bytes.isReadable()) {
      bytes.release();
      return;
    }
    if (from.isClient()) {
      traffic.bytesIn(bytes.readableBytes());
    } else {
      traffic.bytesOut(bytes.readableBytes());
    }
    Side to = other(from);
    to.guarded(() -> to.send(bytes));
    if (phase == Phase.OPEN && !to.acceptsMore()) {
      from.pauseReading();
    }
  }

  /** What was sent to either side leaves now. */
  void flush() {
    client.flush();
    if (target != null) {
      target.flush();
    }
  }

  /** A side takes bytes again. */
  void accepts(Side side) {
    if (phase == Phase.OPEN && side.acceptsMore()) {
      other(side).readOn();
    }
  }

  /** A side's peer has ended its direction in order. */
  void inputEnded(Side side) {
    if (phase == Phase.OPEN) {
      Side to = other(side);
      to.guarded(to::shutdownOutput);
      finishIfEnded();
    }
  }

  /** The end of a side's own direction has left. */
  void outputDone() {
    finishIfEnded();
  }

  private void finishIfEnded() {
    Side side = target;
    if (phase == Phase.OPEN
        && side != null
        && client.hasInputEnded()
        && side.hasInputEnded()
        && client.isOutputDone()
        && side.isOutputDone()) {
      startClosing();
      client.closeNow();
      side.closeNow();
    }
  }

  private void startClosing() {
    phase = Phase.CLOSING;
    deadline = loop.deadline(LINGER_MS);
  }

  /** A side has failed: says so once and ends the relay. */
  void failed(Side side, TlsException error) {
    if (phase == Phase.CLOSING || phase == Phase.CLOSED) {
      side.closeNow();
      return;
    }
    boolean dataFlowed = phase == Phase.OPEN;
    // After an orderly end in either direction a reset tells nothing that was not said.
    boolean quiet =
        error.code() == TlsErrorCode.TCP_CLOSED_FIN
            && (side.hasOutputEnded() || side.hasInputEnded());
    startClosing();
    try {
      if (!quiet) {
        report(side, error, !dataFlowed);
      }
    } finally {
      side.closeAfterAlert();
      Side peer = side.isClient() ? target : client;
      if (peer != null) {
        if (dataFlowed && !peer.hasOutputEnded()) {
          peer.abort(); // A stream that was cut off must not look complete.
        } else {
          peer.closeInOrder();
        }
      }
    }
  }

  /**
   * Something unforeseen has come out of a side's work, maybe an Error of its stack: ends the
   * relay, and says so unless it has failed before.
   */
  void broken(Side side, Throwable cause) {
    if (phase != Phase.CLOSING && phase != Phase.CLOSED) {
      failed(side, Side.unexpected(cause));
      return;
    }
    side.closeNow();
    if (!told) {
      report(side, Side.unexpected(cause), false);
    }
  }

  /** A visit of the relay has failed: cuts it off, and says so. Never throws. */
  void visitFailed(Throwable cause) {
    boolean ending = phase == Phase.CLOSING || phase == Phase.CLOSED;
    try {
      if (!ending) {
        startClosing();
        client.abort();
        if (target != null) {
          target.abort();
        }
      }
      if (!told) {
        report(null, Side.unexpected(cause), false);
      }
    } catch (Throwable e) {
      ending = true; // What fails twice is not asked again.
    }
    if (ending) {
      closeNow();
    }
  }

  private void targetFailed(TlsException error) {
    report(null, error, false);
    startClosing();
    client.closeInOrder();
    flush();
  }

  private void report(@Nullable Side side, TlsException error, boolean handshake) {
    boolean ofClient = side != null && side.isClient();
    told = true;
    String on = side == null ? "" : side.provenance().map(whose -> " on " + whose).orElse("");
    traffic.failed(client.channel.remoteAddress(), ofClient, handshake, error, on);
  }

  /** Ends the relay in order, as when it was idle for too long or its stack is drained. */
  void closeInOrder() {
    if (phase == Phase.CLOSING || phase == Phase.CLOSED) {
      return;
    }
    startClosing();
    client.closeInOrder();
    if (target != null) {
      target.closeInOrder();
    }
    flush();
  }

  /** The drain deadline of a side's stack has passed. Any thread. */
  void drainDeadlinePassed() {
    try {
      loop.executor().execute(this::closeInOrder);
    } catch (RejectedExecutionException e) {
      log().debug("The event loop has ended before a drained connection.");
    }
  }

  /** Ends the relay at once. */
  void closeNow() {
    phase = phase == Phase.CLOSED ? phase : Phase.CLOSING;
    client.closeNow();
    if (target != null) {
      target.closeNow();
    }
  }

  /** A side's channel is closed. */
  void closed(Side side) {
    try {
      side.dispose();
      if (phase != Phase.CLOSING && phase != Phase.CLOSED) {
        startClosing();
        Side peer = side.isClient() ? target : client;
        if (peer != null) {
          peer.abort();
        }
      }
    } finally { // Or the route would run full.
      if (side.isClient()) {
        clientClosed = true;
      } else {
        targetClosed = true;
      }
      finishIfClosed();
    }
  }

  private void finishIfClosed() {
    if (clientClosed && targetClosed && phase != Phase.CLOSED) {
      phase = Phase.CLOSED;
      loop.remove(this);
      traffic.left();
    }
  }

  /** Looks for deadlines that have passed; called every now and then. */
  void sweep(long now) {
    if (touched) {
      touched = false;
      lastTouched = now;
    } else {
      client.shrink();
      if (target != null) {
        target.shrink();
      }
    }
    switch (phase) {
      case CLIENT -> {
        if (now >= deadline) {
          clientTimedOut();
        }
      }
      case TARGET -> {
        if (now >= deadline) {
          targetTimedOut();
        }
      }
      case OPEN -> {
        if (settings.idleTimeoutMs() > 0 && now - lastTouched >= settings.idleTimeoutMs()) {
          log().debug("Route " + traffic.name() + ": an idle connection is ended.");
          closeInOrder();
        }
      }
      case CLOSING -> {
        if (now >= deadline) {
          closeNow();
        }
      }
      case CLOSED -> {}
    }
  }

  private void clientTimedOut() {
    report(
        client,
        new TlsException(
            TlsErrorCode.SERVER_HANDSHAKE_TIMEOUT,
            "The client did not finish its handshake within "
                + settings.handshakeTimeoutMs()
                + " ms."),
        true);
    closeNow();
  }

  private void targetTimedOut() {
    TlsException error =
        new TlsException(
            TlsErrorCode.CONNECTION_TIMEOUT,
            "The target "
                + settings.target().peer()
                + " did not complete connection and handshake within "
                + settings.connectTimeoutMs()
                + " ms; check that it runs and speaks "
                + (settings.outbound().isPresent() ? "TLS." : "on that port."));
    targetFailed(error);
    if (target != null) {
      target.closeNow();
    }
  }

  private static Peer peer(DuplexChannel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress inet
        ? Addresses.peer(inet)
        : new Peer("unknown", 0);
  }
}
