package io.sallyport.core.connection;

import io.sallyport.tls.TcpOptions;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Gets a connected channel: look-up, then the addresses in turn; or one that is there already. */
final class Establishment {
  private final String host;
  private final int port;
  private final TcpOptions options;
  private final Deadline deadline;
  private final CompletableFuture<List<InetAddress>> addresses;
  private @Nullable AddressAttempts attempts;
  private @Nullable SocketChannel connected;

  Establishment(
      String host,
      int port,
      TcpOptions options,
      Deadline deadline,
      CompletableFuture<List<InetAddress>> addresses) {
    this.host = host;
    this.port = port;
    this.options = options;
    this.deadline = deadline;
    this.addresses = addresses;
  }

  /** For a channel that is connected already. */
  Establishment(String host, int port, Deadline deadline, SocketChannel connected) {
    this(host, port, TcpOptions.DEFAULT, deadline, CompletableFuture.completedFuture(List.of()));
    this.connected = connected;
  }

  /** Whether the name is still being looked up, so that there is no channel to wait for. */
  boolean resolving() {
    return !addresses.isDone();
  }

  /** Completes when the look-up is over. */
  CompletableFuture<List<InetAddress>> resolution() {
    return addresses;
  }

  /** Lets a thread that waits for the look-up go on. */
  void abandonResolution() {
    if (resolving()) {
      addresses.completeExceptionally(
          new TlsException(
              TlsErrorCode.INVALID_STATE,
              "The look-up of " + host + " was abandoned, because the connection was closed."));
    }
  }

  Optional<SocketChannel> channel() {
    AddressAttempts trying = attempts;
    return connected != null
        ? Optional.of(connected)
        : trying == null ? Optional.empty() : trying.channel();
  }

  /** The most to wait until {@link #advance} has something to do by itself. */
  long millisLeft() {
    AddressAttempts trying = attempts;
    return trying == null ? deadline.millisLeft() : trying.millisLeft();
  }

  /**
   * Goes on.
   *
   * @return the connected channel, or empty while it takes time
   */
  Optional<SocketChannel> advance() throws TlsException {
    if (connected != null) {
      return Optional.of(connected);
    }
    if (resolving()) {
      return Optional.empty();
    }
    AddressAttempts trying = attempts;
    if (trying == null) {
      trying = new AddressAttempts(resolved(), host, port, options, deadline);
      attempts = trying;
    }
    Optional<SocketChannel> channel = trying.advance();
    channel.ifPresent(done -> connected = done);
    return channel;
  }

  private List<InetAddress> resolved() throws TlsException {
    try {
      return addresses.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof TlsException known) {
        throw known;
      }
      throw new TlsException(
          TlsErrorCode.CANNOT_RESOLVE_HOSTNAME, "Host '" + host + "' could not be looked up.", e);
    }
  }

  /** In words, what a deadline interrupted. */
  String phase() {
    return resolving() ? "the look-up of the name" : "the TCP connection";
  }

  void close() {
    if (connected != null) {
      Quiet.close(connected);
    } else if (attempts != null) {
      attempts.close();
    }
  }
}
