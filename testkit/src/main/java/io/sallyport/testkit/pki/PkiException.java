package io.sallyport.testkit.pki;

/** A certificate could not be made. */
public final class PkiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PkiException(String message, Throwable cause) {
    super(message, cause);
  }
}
