package io.sallyport.gateway.relay;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.ServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * A listening socket that makes each accepted connection a relay. Its settings can be exchanged
 * while it listens: they hold for connections that are accepted afterwards. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What went wrong also comes as an event.
public final class Listener implements AutoCloseable {
  private static final long BIND_MS = 5000;
  private static final long RETRY_MS = 250;

  private final ServerSocketChannel server;
  private final EventLoops loops;
  private final Traffic traffic;
  private volatile RelaySettings settings;

  private Listener(
      ServerSocketChannel server, EventLoops loops, Traffic traffic, RelaySettings settings) {
    this.server = server;
    this.loops = loops;
    this.traffic = traffic;
    this.settings = settings;
  }

  /**
   * Starts listening.
   *
   * @param address where; port 0 for any free one
   * @param backlog connections that may wait in the kernel
   * @throws IOException when the address cannot be had
   */
  public static Listener open(
      EventLoops loops,
      InetSocketAddress address,
      int backlog,
      Traffic traffic,
      RelaySettings settings)
      throws IOException {
    ServerSocketChannel server = loops.serverSocket();
    server.config().setOption(ChannelOption.SO_REUSEADDR, true);
    server.config().setBacklog(backlog);
    Listener listener = new Listener(server, loops, traffic, settings);
    server.pipeline().addLast(listener.new Acceptor());
    await(loops.acceptors().register(server), server);
    await(server.bind(address), server);
    traffic.onRoom(listener::acceptAgain);
    return listener;
  }

  private static void await(ChannelFuture step, ServerSocketChannel server) throws IOException {
    boolean done = step.awaitUninterruptibly(BIND_MS, TimeUnit.MILLISECONDS);
    if (done && step.isSuccess()) {
      return;
    }
    server.close();
    Throwable cause = step.cause();
    if (cause instanceof IOException known) {
      throw known;
    }
    throw new IOException(
        cause == null ? "no answer from the event loop" : Thrown.text(cause), cause);
  }

  /** The address that was bound, with the port that was chosen. */
  public InetSocketAddress address() {
    return server.localAddress();
  }

  /** Relays connections that are accepted from now on by other settings. */
  public void use(RelaySettings newSettings) {
    settings = newSettings;
  }

  private void acceptAgain() {
    if (traffic.hasRoom()) {
      server.config().setAutoRead(true);
    }
  }

  /** Stops listening. Connections that were accepted go on. */
  @Override
  public void close() {
    server.close().awaitUninterruptibly(BIND_MS, TimeUnit.MILLISECONDS);
  }

  /** Ends this route's connections in order. */
  public static void endConnections(EventLoops loops, Traffic traffic) {
    loops.forEachRelay(traffic, Relay::closeInOrder);
  }

  /** Cuts off those of this route's connections that are left. */
  public static void cutConnections(EventLoops loops, Traffic traffic) {
    loops.forEachRelay(traffic, Relay::closeNow);
  }

  private final class Acceptor extends ChannelInboundHandlerAdapter {
    private long lastSaid = System.nanoTime() - TimeUnit.MINUTES.toNanos(2);

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      DuplexChannel accepted = loops.prepare((DuplexChannel) message);
      RelayLoop loop = loops.next();
      try {
        SocketOptions.apply(accepted);
        traffic.entered();
      } catch (RuntimeException e) { // The client is gone again.
        accepted.unsafe().closeForcibly();
        return;
      }
      if (!traffic.hasRoom()) {
        server.config().setAutoRead(false);
        acceptAgain(); // One may have left just before.
      }
      RelaySettings current = settings;
      Relay relay = new Relay(accepted, loop, current, traffic);
      accepted.config().setAutoRead(current.inbound().isPresent());
      accepted.pipeline().addLast(relay.client());
      loop.register(accepted)
          .addListener(
              registered -> {
                if (!registered.isSuccess()) {
                  accepted.unsafe().closeForcibly();
                  traffic.left();
                }
              });
    }

    /** Accepting has failed, as a rule because there is no file descriptor left. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      server.config().setAutoRead(false); // Trying again at once would only spin.
      loops.later(Listener.this::acceptAgain, RETRY_MS);
      long now = System.nanoTime();
      if (now - lastSaid >= TimeUnit.MINUTES.toNanos(1)) {
        lastSaid = now;
        traffic
            .log()
            .warn(
                "Route "
                    + traffic.name()
                    + ": a connection could not be accepted ("
                    + Thrown.reason(cause)
                    + "); it is tried again. If files ran out, raise the limit (ulimit -n).");
      }
    }
  }
}
