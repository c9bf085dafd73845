package io.sallyport.hw.pkcs11;

import java.io.IOException;
import java.util.Map;

/** A PKCS#11 function returned something else than CKR_OK. */
final class CryptokiException extends IOException {
  private static final long serialVersionUID = 1L;

  static final long CKR_CRYPTOKI_NOT_INITIALIZED = 0x190;
  static final long CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191;
  static final long CKR_ATTRIBUTE_TYPE_INVALID = 0x12;

  /** PKCS#11 2.40, section 5.1, as far as these functions return them. */
  private static final Map<Long, String> NAMES =
      Map.of(
          0x05L,
          "CKR_GENERAL_ERROR",
          0x06L,
          "CKR_FUNCTION_FAILED",
          0x0AL,
          "CKR_CANT_LOCK",
          0x30L,
          "CKR_DEVICE_ERROR",
          0x32L,
          "CKR_DEVICE_REMOVED",
          0xE0L,
          "CKR_TOKEN_NOT_PRESENT",
          0xE1L,
          "CKR_TOKEN_NOT_RECOGNIZED",
          0xB3L,
          "CKR_SESSION_HANDLE_INVALID",
          CKR_CRYPTOKI_NOT_INITIALIZED,
          "CKR_CRYPTOKI_NOT_INITIALIZED",
          CKR_CRYPTOKI_ALREADY_INITIALIZED,
          "CKR_CRYPTOKI_ALREADY_INITIALIZED");

  private final long code;

  CryptokiException(String function, long code) {
    super(function + " returned " + NAMES.getOrDefault(code, "0x" + Long.toHexString(code)) + ".");
    this.code = code;
  }

  long code() {
    return code;
  }
}
