package io.sallyport.hw;

import java.io.IOException;

/** The device has gone, or has been reset: it must be connected again. */
public final class DeviceLostException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * A loss.
   *
   * @param message one sentence: what was lost, where, and what to do
   */
  public DeviceLostException(String message) {
    super(message);
  }

  /**
   * A loss with its cause.
   *
   * @param message one sentence: what was lost, where, and what to do
   * @param cause what lies behind it
   */
  public DeviceLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
