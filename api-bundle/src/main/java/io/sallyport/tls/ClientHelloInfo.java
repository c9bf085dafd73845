package io.sallyport.tls;

import java.util.List;
import java.util.Optional;

/**
 * What is known of a client when a server's certificate is chosen.
 *
 * @param peer the client
 * @param serverName the SNI value that it sent, in its own spelling
 * @param offeredProtocols the ALPN protocols that it offers, in its order
 * @param applicationProtocol the one of them that this server will choose; empty where there is no
 *     ALPN
 */
public record ClientHelloInfo(
    Peer peer,
    Optional<String> serverName,
    List<String> offeredProtocols,
    Optional<String> applicationProtocol) {
  /** Copies the list. */
  public ClientHelloInfo {
    offeredProtocols = List.copyOf(offeredProtocols);
  }
}
