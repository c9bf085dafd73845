package io.sallyport.tls.stack;

/** Where a candidate stands. At most one is ACTIVE. */
public enum CandidateState {
  /** Never carries traffic: wrong version, incomplete, or kept out by policy. */
  REFUSED,
  /** Ready, but another one carries the traffic. */
  STANDBY,
  /** Being prepared and tried before it becomes active. */
  PROVING,
  /** Carries every new connection. */
  ACTIVE,
  /** Retired; its last connections are ending. */
  DRAINING
}
