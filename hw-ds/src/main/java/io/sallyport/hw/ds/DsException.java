package io.sallyport.hw.ds;

import java.io.IOException;

/** The peripheral refused. */
public final class DsException extends IOException {
  private static final long serialVersionUID = 1L;

  private final DsError error;

  /**
   * A refusal.
   *
   * @param error which one
   * @param message one sentence: what was wrong, where, and what to do
   */
  public DsException(DsError error, String message) {
    super(message);
    this.error = error;
  }

  /** Which one. */
  public DsError error() {
    return error;
  }
}
