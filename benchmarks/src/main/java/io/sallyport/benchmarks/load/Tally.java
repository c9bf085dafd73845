package io.sallyport.benchmarks.load;

/** Counts for one load. Written by the only event loop thread, read by any thread. */
final class Tally {

  private volatile long done;
  private volatile long failed;
  private volatile String lastFailure = "none";

  @SuppressWarnings("NonAtomicVolatileUpdate") // single writer
  void add(long count) {
    done += count;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // single writer
  void fail(String reason) {
    lastFailure = reason;
    failed++;
  }

  long done() {
    return done;
  }

  long failed() {
    return failed;
  }

  String lastFailure() {
    return lastFailure;
  }
}
