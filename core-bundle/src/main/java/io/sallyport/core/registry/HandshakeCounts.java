package io.sallyport.core.registry;

/**
 * How many handshakes were done and how many failed, in some time.
 *
 * @param done completed
 * @param failed failed for reasons that may be the stack's
 * @param faults breaches of the stack's contract
 * @param byPeer failed for something that only the peer did, as the stack says
 */
record HandshakeCounts(long done, long failed, long faults, long byPeer) {
  static final HandshakeCounts NONE = new HandshakeCounts(0, 0, 0, 0);

  /** All that were judged: what only peers did is left out. */
  long total() {
    return done + failed + faults;
  }

  /** The share that failed, 0 to 1; 0 when there were none. */
  double failedShare() {
    return total() == 0 ? 0 : (double) (failed + faults) / total();
  }

  HandshakeCounts since(HandshakeCounts earlier) {
    return new HandshakeCounts(
        done - earlier.done,
        failed - earlier.failed,
        faults - earlier.faults,
        byPeer - earlier.byPeer);
  }

  /** Nothing has succeeded: then it counts for little that the stack says it was the peers. */
  boolean blamesPeersForEverything() {
    return done == 0 && byPeer > 0;
  }

  /** As if the stack had not said whose doing it was. */
  HandshakeCounts blamingNobody() {
    return new HandshakeCounts(done, failed + byPeer, faults, 0);
  }

  /**
   * By how many standard deviations the failed share is above another one's, if both came from one
   * kind of peers and chance alone made the difference (the two-proportion z-test). Infinite where
   * there is nothing to compare with.
   */
  double deviationsAbove(HandshakeCounts other) {
    double difference = failedShare() - other.failedShare();
    if (difference <= 0) {
      return 0;
    }
    if (total() == 0 || other.total() == 0) {
      return Double.POSITIVE_INFINITY;
    }
    double both =
        (double) (failed + faults + other.failed + other.faults) / (total() + other.total());
    return difference / Math.sqrt(both * (1 - both) * (1.0 / total() + 1.0 / other.total()));
  }
}
