package io.sallyport.tls;

import java.util.Objects;

/**
 * Who is at the other end, for names in errors, for SNI and verification, and for session caches.
 *
 * @param host the host name or address literal that the application asked for (client), or the
 *     remote address (server); never empty
 * @param port the TCP port, 0 to 65535
 */
public record Peer(String host, int port) {
  /** Checks the ranges. */
  public Peer {
    Objects.requireNonNull(host, "host");
    if (host.isBlank() || port < 0 || port > 65535) {
      throw new IllegalArgumentException(
          "A peer needs a host and a port from 0 to 65535, not '" + host + "' and " + port + ".");
    }
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
