package io.sallyport.core.connection;

import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Peer;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Makes connections, as client and as server, blocking or not. Thread-safe. */
public final class Connections implements AutoCloseable {
  private static final int CONNECTING_AT_ONCE = 64;

  private final Handles handles;
  private final Resolver resolver = new Resolver();
  private final ExecutorService connecting =
      new ThreadPoolExecutor(
          0,
          CONNECTING_AT_ONCE,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> {
            Thread thread = new Thread(task, "sallyport-connect");
            thread.setDaemon(true);
            return thread;
          });

  /** Makes connections whose TLS comes from {@code handles}. */
  public Connections(Handles handles) {
    this.handles = handles;
  }

  /** See {@link io.sallyport.tls.Tls#connect(String, int, ClientConfig)}. */
  public TlsConnection connect(String host, int port, ClientConfig config) throws TlsException {
    return connect(host, port, config, Optional.empty());
  }

  /** See {@link io.sallyport.tls.Tls#connect(String, int, ClientConfig, ClientSession)}. */
  public TlsConnection connect(
      String host, int port, ClientConfig config, Optional<ClientSession> session)
      throws TlsException {
    SocketConnection connection = client(host, port, config, session, true);
    finish(connection);
    if (config.tcp().nonBlocking()) {
      connection.nonBlocking();
    }
    return connection;
  }

  /** See {@link io.sallyport.tls.Tls#connect(URI, ClientConfig)}. */
  public TlsConnection connect(URI uri, ClientConfig config) throws TlsException {
    Peer target = target(uri, config);
    return connect(target.host(), target.port(), config);
  }

  /** See {@link io.sallyport.tls.Tls#open(String, int, ClientConfig)}. */
  public TlsConnection open(String host, int port, ClientConfig config) throws TlsException {
    return open(host, port, config, Optional.empty());
  }

  /** See {@link io.sallyport.tls.Tls#open(String, int, ClientConfig, ClientSession)}. */
  public TlsConnection open(
      String host, int port, ClientConfig config, Optional<ClientSession> session)
      throws TlsException {
    return client(host, port, config, session, false);
  }

  /** See {@link io.sallyport.tls.Tls#open(URI, ClientConfig)}. */
  public TlsConnection open(URI uri, ClientConfig config) throws TlsException {
    Peer target = target(uri, config);
    return open(target.host(), target.port(), config);
  }

  /** See {@link io.sallyport.tls.Tls#connectAsync}. */
  public CompletionStage<TlsConnection> connectAsync(String host, int port, ClientConfig config) {
    CompletableFuture<TlsConnection> result = new CompletableFuture<>();
    try {
      connecting.execute(
          () -> {
            try {
              TlsConnection connection = connect(host, port, config);
              if (!result.complete(connection)) {
                connection.close();
              }
            } catch (TlsException | RuntimeException e) {
              result.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(
          new TlsException(
              TlsErrorCode.INVALID_STATE,
              "More than "
                  + CONNECTING_AT_ONCE
                  + " connections are being made at once, or the platform stops; use the"
                  + " non-blocking form for so many.",
              e));
    }
    return result;
  }

  /** See {@link io.sallyport.tls.Tls#adopt}. */
  public TlsConnection adopt(SocketChannel connected, String host, ClientConfig config)
      throws TlsException {
    Deadline deadline = new Deadline(config.timeout());
    Peer peer = peer(host, remote(connected).getPort());
    return new SocketConnection(
        new Establishment(peer.host(), peer.port(), deadline, connected),
        peer,
        config,
        handles,
        Optional.empty(),
        deadline,
        connected.isBlocking());
  }

  /** See {@link io.sallyport.tls.Tls#accept}. */
  public TlsConnection accept(SocketChannel connected, ServerConfig config) throws TlsException {
    SocketConnection connection = server(connected, config, true);
    finish(connection);
    return connection;
  }

  /** See {@link io.sallyport.tls.Tls#openServer}. */
  public TlsConnection openServer(SocketChannel connected, ServerConfig config)
      throws TlsException {
    return server(connected, config, false);
  }

  private static void finish(SocketConnection connection) throws TlsException {
    try {
      connection.advance();
    } catch (TlsException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private SocketConnection client(
      String host, int port, ClientConfig config, Optional<ClientSession> session, boolean blocking)
      throws TlsException {
    Peer peer = peer(host, port);
    Deadline deadline = new Deadline(config.timeout());
    return new SocketConnection(
        new Establishment(
            peer.host(),
            port,
            config.tcp(),
            deadline,
            resolver.resolve(peer.host(), config.tcp().addressFamily())),
        peer,
        config,
        handles,
        session,
        deadline,
        blocking);
  }

  private SocketConnection server(SocketChannel connected, ServerConfig config, boolean blocking)
      throws TlsException {
    InetSocketAddress remote = remote(connected);
    Deadline deadline = new Deadline(config.timeout());
    Peer peer = peer(remote.getAddress().getHostAddress(), remote.getPort());
    return new SocketConnection(
        new Establishment(peer.host(), peer.port(), deadline, connected),
        peer,
        config,
        handles,
        Optional.empty(),
        deadline,
        blocking);
  }

  private static Peer peer(String host, int port) throws TlsException {
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    if (bare.isBlank() || port < 1 || port > 65535) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "'"
              + host
              + "' port "
              + port
              + " is no place to connect to; give a host and a port from 1 to 65535.");
    }
    return new Peer(bare, port);
  }

  private static InetSocketAddress remote(SocketChannel channel) throws TlsException {
    try {
      if (channel.getRemoteAddress() instanceof InetSocketAddress address) {
        return address;
      }
    } catch (IOException e) {
      throw new TlsException(TlsErrorCode.INVALID_ARG, "The channel is closed.", e);
    }
    throw new TlsException(
        TlsErrorCode.INVALID_ARG, "The channel is not connected; connect it first.");
  }

  private static Peer target(URI uri, ClientConfig config) throws TlsException {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    String expected = config.plainTcp() ? "http" : "https";
    if (!scheme.equals(expected) || uri.getHost() == null) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "'"
              + uri
              + "' cannot be connected to; give a URI such as "
              + expected
              + "://host:port/.");
    }
    int port = uri.getPort() == -1 ? (config.plainTcp() ? 80 : 443) : uri.getPort();
    return peer(uri.getHost(), port);
  }

  @Override
  public void close() {
    connecting.shutdownNow();
    resolver.close();
  }
}
