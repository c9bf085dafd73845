package io.sallyport.hw.atecc608a.driver;

import io.sallyport.hw.atecc608a.packet.Command;
import io.sallyport.hw.atecc608a.packet.Status;
import java.io.IOException;

/** The chip refused a command. */
public final class ChipException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Status status;

  ChipException(Command command, Status status) {
    super("The secure element refused " + command + ": " + status.words() + ".");
    this.status = status;
  }

  /** What it answered. */
  public Status status() {
    return status;
  }
}
