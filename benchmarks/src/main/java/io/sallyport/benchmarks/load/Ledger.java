package io.sallyport.benchmarks.load;

/**
 * What became of all connections and bytes of a {@link MixedLoad}. Written by the only event loop
 * thread, read by any thread.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // single writer
final class Ledger {

  private volatile long begun;
  private volatile long secured;
  private volatile long ended;
  private volatile long skipped;
  private volatile long sent;
  private volatile long received;
  private volatile long failed;
  private volatile String lastFailure = "none";

  void begun() {
    begun++;
  }

  void secured() {
    secured++;
  }

  /** One ended in order, with every byte back. */
  void ended() {
    ended++;
  }

  /** One was due but not begun, because too many were under way. */
  void skipped() {
    skipped++;
  }

  void sent(long bytes) {
    sent += bytes;
  }

  void received(long bytes) {
    received += bytes;
  }

  void failed(String reason) {
    lastFailure = reason;
    failed++;
  }

  long endedInOrder() {
    return ended;
  }

  long failures() {
    return failed;
  }

  String lastFailure() {
    return lastFailure;
  }

  /** For instance {@code begun=2 secured=2 ended=1 skipped=0 sent=40 received=30 failed=0}. */
  String describe() {
    return "begun="
        + begun
        + " secured="
        + secured
        + " ended="
        + ended
        + " skipped="
        + skipped
        + " sent="
        + sent
        + " received="
        + received
        + " failed="
        + failed;
  }
}
