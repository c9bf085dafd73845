package io.sallyport.tls.stack;

/**
 * A candidate as it was at one moment.
 *
 * @param name name of the stack
 * @param libraryVersion version of its TLS library
 * @param bundle symbolic name of the bundle that published it; empty for a programmatic
 *     registration
 * @param ranking its {@code service.ranking}
 * @param state where it stands
 * @param reason why it stands there, in one sentence; empty when there is nothing to say
 * @param generation the number of its latest activation, counted over all stacks; 0 before the
 *     first
 * @param since when it came into this state, in milliseconds since 1970
 * @param connections how many connections it carries
 * @param draining how many of these belong to activations that are retired
 * @param handshakes what became of the handshakes of its latest activation
 */
public record StackDTO(
    String name,
    String libraryVersion,
    String bundle,
    int ranking,
    CandidateState state,
    String reason,
    long generation,
    long since,
    int connections,
    int draining,
    HandshakesDTO handshakes) {}
