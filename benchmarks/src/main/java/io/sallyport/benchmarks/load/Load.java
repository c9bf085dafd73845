package io.sallyport.benchmarks.load;

/** Traffic that goes on from its construction until it is stopped. */
interface Load {

  /**
   * What was finished so far: handshakes, bytes or connections, as the load says. Read from any
   * thread.
   */
  long done();

  /** How many connections did not do what they should. Read from any thread. */
  long failed();

  /** What the last failure said, or "none". */
  String lastFailure();

  /** Ends the traffic and waits, at most some seconds, until its connections are gone. */
  void stop() throws InterruptedException;
}
