package io.sallyport.gateway.relay;

import io.sallyport.tls.TlsEndpoint;
import java.util.Optional;

/**
 * How new connections of a route are relayed. Immutable.
 *
 * @param inbound TLS towards clients; empty for plain TCP
 * @param outbound TLS towards the target; empty for plain TCP
 * @param target where connections lead to
 * @param handshakeTimeoutMs a client's time for its handshake, in milliseconds, &gt; 0
 * @param connectTimeoutMs time for the connection to the target, its handshake included, in
 *     milliseconds, &gt; 0
 * @param idleTimeoutMs time without a byte after which a connection is ended, in milliseconds; 0
 *     for none
 */
public record RelaySettings(
    Optional<TlsEndpoint> inbound,
    Optional<TlsEndpoint> outbound,
    Target target,
    long handshakeTimeoutMs,
    long connectTimeoutMs,
    long idleTimeoutMs) {}
