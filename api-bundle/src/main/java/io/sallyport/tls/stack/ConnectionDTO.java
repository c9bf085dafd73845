package io.sallyport.tls.stack;

import io.sallyport.tls.Peer;
import io.sallyport.tls.SessionInfo;

/**
 * A TLS connection as it was at one moment.
 *
 * @param id counts connections since the platform started
 * @param role the own side
 * @param peer who is at the other end
 * @param stack name of its stack
 * @param libraryVersion version of its stack's TLS library
 * @param generation the activation that it belongs to; see {@link StackDTO#generation}
 * @param session what the handshake agreed on, as far as it is known
 * @param since when it was made, in milliseconds since 1970
 */
public record ConnectionDTO(
    long id,
    Role role,
    Peer peer,
    String stack,
    String libraryVersion,
    long generation,
    SessionInfo session,
    long since) {}
