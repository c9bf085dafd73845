package io.sallyport.hw.pkcs11;

import java.io.IOException;

/** The token does not show the default key; perhaps its library has not noticed it yet. */
final class KeyNotFoundException extends IOException {
  private static final long serialVersionUID = 1L;

  KeyNotFoundException(String message) {
    super(message);
  }
}
