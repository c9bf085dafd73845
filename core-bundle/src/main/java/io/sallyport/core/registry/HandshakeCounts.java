package io.sallyport.core.registry;

/**
 * How many handshakes were done and how many failed, in some time.
 *
 * @param done completed
 * @param failed failed for reasons that may be the stack's
 * @param faults breaches of the stack's contract
 */
record HandshakeCounts(long done, long failed, long faults) {
  static final HandshakeCounts NONE = new HandshakeCounts(0, 0, 0);

  long total() {
    return done + failed + faults;
  }

  /** The share that failed, 0 to 1; 0 when there were none. */
  double failedShare() {
    return total() == 0 ? 0 : (double) (failed + faults) / total();
  }

  HandshakeCounts since(HandshakeCounts earlier) {
    return new HandshakeCounts(
        done - earlier.done, failed - earlier.failed, faults - earlier.faults);
  }
}
