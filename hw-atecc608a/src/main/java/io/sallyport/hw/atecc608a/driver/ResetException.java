package io.sallyport.hw.atecc608a.driver;

import java.io.IOException;

/** The chip lost its volatile memory or did not answer: the sequence must begin anew. */
final class ResetException extends IOException {
  private static final long serialVersionUID = 1L;

  ResetException(String message) {
    super(message);
  }
}
