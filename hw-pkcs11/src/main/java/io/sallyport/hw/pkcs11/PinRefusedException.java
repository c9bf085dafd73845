package io.sallyport.hw.pkcs11;

import java.io.IOException;

/** The token does not take the PIN: to try it again may lock the token. */
final class PinRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  PinRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
