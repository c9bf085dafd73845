package io.sallyport.tls.stack;

import io.sallyport.tls.Peer;
import io.sallyport.tls.Provenance;
import io.sallyport.tls.SessionInfo;

/**
 * A TLS connection as it was at one moment.
 *
 * @param id counts connections since the platform started
 * @param role the own side
 * @param peer who is at the other end
 * @param usedBy name of the route or program whose configuration it has; empty when it has none
 * @param provenance its stack, that one's version and activation, and where the own key lives
 * @param session what the handshake agreed on, as far as it is known
 * @param since when it was made, in milliseconds since 1970
 */
public record ConnectionDTO(
    long id,
    Role role,
    Peer peer,
    String usedBy,
    Provenance provenance,
    SessionInfo session,
    long since) {}
