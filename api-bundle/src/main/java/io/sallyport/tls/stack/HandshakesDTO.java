package io.sallyport.tls.stack;

import java.time.Duration;

/**
 * The handshakes of a stack's latest activation.
 *
 * @param done how many were completed
 * @param failed how many failed for reasons that may be the stack's
 * @param byPeer how many failed for what only the peer did: no TLS, silence, a bad certificate
 * @param faults how often the stack broke the contract of its operations
 * @param median median duration of the completed ones
 * @param p99 duration that 99 % of the completed ones did not exceed
 */
public record HandshakesDTO(
    long done, long failed, long byPeer, long faults, Duration median, Duration p99) {
  /** Before the first one. */
  public static final HandshakesDTO NONE =
      new HandshakesDTO(0, 0, 0, 0, Duration.ZERO, Duration.ZERO);
}
