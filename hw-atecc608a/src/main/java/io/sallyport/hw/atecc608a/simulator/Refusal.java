package io.sallyport.hw.atecc608a.simulator;

import io.sallyport.hw.atecc608a.packet.Status;

/** The chip answers a command by an error. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final Status status;

  Refusal(Status status) {
    super(status.words(), null, false, false);
    this.status = status;
  }

  Status status() {
    return status;
  }

  static void executionUnless(boolean allowed) throws Refusal {
    if (!allowed) {
      throw new Refusal(Status.EXECUTION);
    }
  }

  static void parseUnless(boolean possible) throws Refusal {
    if (!possible) {
      throw new Refusal(Status.PARSE);
    }
  }
}
