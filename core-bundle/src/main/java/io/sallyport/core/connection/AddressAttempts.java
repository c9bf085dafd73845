package io.sallyport.core.connection;

import io.sallyport.tls.TcpOptions;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tries the addresses of a host one after another until one takes the connection. Each gets its
 * share of the time that is left, so that a silent one cannot use up the deadline alone.
 */
final class AddressAttempts {
  private static final Duration LEAST_SHARE = Duration.ofMillis(250);

  private final Deque<InetAddress> untried;
  private final String host;
  private final int port;
  private final TcpOptions options;
  private final Deadline deadline;
  private final List<String> failures = new ArrayList<>();
  private @Nullable SocketChannel channel;
  private @Nullable InetAddress current;
  private @Nullable Throwable lastCause;
  private Deadline share;

  AddressAttempts(
      List<InetAddress> addresses, String host, int port, TcpOptions options, Deadline deadline) {
    this.untried = new ArrayDeque<>(addresses);
    this.host = host;
    this.port = port;
    this.options = options;
    this.deadline = deadline;
    this.share = deadline;
  }

  /** The channel of the current attempt, to wait for. */
  Optional<SocketChannel> channel() {
    return Optional.ofNullable(channel);
  }

  /** Milliseconds until the current attempt has used up its share. */
  long millisLeft() {
    return Math.min(share.millisLeft(), deadline.millisLeft());
  }

  /**
   * Goes on.
   *
   * @return the connected channel, or empty while an attempt is under way
   * @throws TlsException when no address is left
   */
  Optional<SocketChannel> advance() throws TlsException {
    while (true) {
      SocketChannel attempt = channel;
      if (attempt == null) {
        attempt = begin();
        if (attempt == null) {
          continue;
        }
      }
      try {
        if (attempt.isConnected() || attempt.finishConnect()) {
          return Optional.of(attempt);
        }
        if (!share.passed() || untried.isEmpty()) {
          return Optional.empty();
        }
        giveUp("no answer", null);
      } catch (IOException e) {
        giveUp(reason(e), e);
      }
    }
  }

  private @Nullable SocketChannel begin() throws TlsException {
    InetAddress address = untried.poll();
    if (address == null) {
      throw failed();
    }
    current = address;
    long shareMillis =
        Math.max(LEAST_SHARE.toMillis(), deadline.millisLeft() / (untried.size() + 1L));
    share = new Deadline(Duration.ofMillis(shareMillis));
    SocketChannel attempt;
    try {
      attempt = SocketChannel.open();
    } catch (IOException e) {
      throw new TlsException(
          TlsErrorCode.CANNOT_CREATE_SOCKET,
          "The system gave no socket for the connection to "
              + host
              + ": "
              + e.getMessage()
              + "; check the limit of open files.",
          e);
    }
    channel = attempt;
    try {
      attempt.configureBlocking(false);
      SocketOptions.apply(options, attempt, address);
      attempt.connect(new InetSocketAddress(address, port));
      return attempt;
    } catch (TlsException e) {
      if (untried.isEmpty()) {
        close();
        throw e;
      }
      giveUp(reason(e), e); // An interface may have no address of this one's family.
      return null;
    } catch (IOException e) {
      giveUp(reason(e), e);
      return null;
    } catch (UnsupportedAddressTypeException e) {
      giveUp("its address family is not supported here", e);
      return null;
    }
  }

  private void giveUp(String reason, @Nullable Throwable cause) {
    InetAddress address = current;
    failures.add((address == null ? host : address.getHostAddress()) + " (" + reason + ")");
    if (cause != null) {
      lastCause = cause;
    }
    close();
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message.toLowerCase(Locale.ROOT);
  }

  private TlsException failed() {
    String message =
        "No connection to "
            + host
            + " port "
            + port
            + ": "
            + String.join(", ", failures)
            + "; check that the server runs and can be reached.";
    Throwable cause = lastCause;
    return cause == null
        ? new TlsException(TlsErrorCode.FAILED_CONNECT_TO_HOST, message)
        : new TlsException(TlsErrorCode.FAILED_CONNECT_TO_HOST, message, cause);
  }

  void close() {
    SocketChannel attempt = channel;
    channel = null;
    if (attempt != null) {
      Quiet.close(attempt);
    }
  }
}
