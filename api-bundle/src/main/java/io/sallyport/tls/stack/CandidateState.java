package io.sallyport.tls.stack;

/** Where a candidate stands. At most one is ACTIVE. */
public enum CandidateState {
  /** Never carries traffic: wrong version, incomplete, or kept out by policy. */
  REFUSED,
  /** Ready, but another one carries the traffic. */
  STANDBY,
  /** Not selected by itself for some time: it vanished again and again, or was rolled back. */
  QUARANTINED,
  /** Not started at this start of the program, because it crashed or failed at earlier ones. */
  PASSED_OVER,
  /** Being prepared and tried before it becomes active. */
  PROVING,
  /** Prepared and proved; its commit makes it active. */
  PREPARED,
  /** Carries a share of the new connections. */
  TRIAL,
  /** Carries every new connection, or all but the share that is on trial. */
  ACTIVE,
  /** Retired; its last connections are ending. */
  DRAINING
}
