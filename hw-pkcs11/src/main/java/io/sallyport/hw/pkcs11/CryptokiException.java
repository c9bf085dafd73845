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
      Map.ofEntries(
          Map.entry(0x05L, "CKR_GENERAL_ERROR"),
          Map.entry(0x06L, "CKR_FUNCTION_FAILED"),
          Map.entry(0x0AL, "CKR_CANT_LOCK"),
          Map.entry(0x20L, "CKR_DATA_INVALID"),
          Map.entry(0x21L, "CKR_DATA_LEN_RANGE"),
          Map.entry(0x30L, "CKR_DEVICE_ERROR"),
          Map.entry(0x32L, "CKR_DEVICE_REMOVED"),
          Map.entry(0x60L, "CKR_KEY_HANDLE_INVALID"),
          Map.entry(0x62L, "CKR_KEY_SIZE_RANGE"),
          Map.entry(0x63L, "CKR_KEY_TYPE_INCONSISTENT"),
          Map.entry(0x68L, "CKR_KEY_FUNCTION_NOT_PERMITTED"),
          Map.entry(0x70L, "CKR_MECHANISM_INVALID"),
          Map.entry(0x71L, "CKR_MECHANISM_PARAM_INVALID"),
          Map.entry(0x82L, "CKR_OBJECT_HANDLE_INVALID"),
          Map.entry(0xB3L, "CKR_SESSION_HANDLE_INVALID"),
          Map.entry(0xE0L, "CKR_TOKEN_NOT_PRESENT"),
          Map.entry(0xE1L, "CKR_TOKEN_NOT_RECOGNIZED"),
          Map.entry(0x101L, "CKR_USER_NOT_LOGGED_IN"),
          Map.entry(CKR_CRYPTOKI_NOT_INITIALIZED, "CKR_CRYPTOKI_NOT_INITIALIZED"),
          Map.entry(CKR_CRYPTOKI_ALREADY_INITIALIZED, "CKR_CRYPTOKI_ALREADY_INITIALIZED"));

  private final long code;

  CryptokiException(String function, long code) {
    super(function + " returned " + NAMES.getOrDefault(code, "0x" + Long.toHexString(code)) + ".");
    this.code = code;
  }

  long code() {
    return code;
  }
}
