package io.sallyport.hw.pkcs11;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What exceptions mean. The class of SunPKCS11's is not open to others, but its messages have the
 * name of PKCS#11's return value, as those of {@link CryptokiException} have.
 */
final class Failures {
  private static final Pattern CODE = Pattern.compile("\\bCKR_[A-Z0-9_]+|\\b0x[0-9a-fA-F]{1,8}\\b");

  /** To try such a PIN again is of no use, or locks the token. */
  private static final Set<String> PIN =
      Set.of(
          "CKR_PIN_INCORRECT",
          "CKR_PIN_INVALID",
          "CKR_PIN_LEN_RANGE",
          "CKR_PIN_EXPIRED",
          "CKR_USER_PIN_NOT_INITIALIZED");

  /** The token is there and does not want to. */
  private static final Set<String> REFUSAL =
      Set.of(
          "CKR_KEY_FUNCTION_NOT_PERMITTED",
          "CKR_KEY_SIZE_RANGE",
          "CKR_KEY_TYPE_INCONSISTENT",
          "CKR_MECHANISM_INVALID",
          "CKR_MECHANISM_PARAM_INVALID",
          "CKR_DATA_INVALID",
          "CKR_DATA_LEN_RANGE");

  private Failures() {}

  /** The name of the return value behind an exception. */
  static Optional<String> code(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage();
      boolean known =
          cause instanceof CryptokiException
              || cause.getClass().getSimpleName().equals("PKCS11Exception");
      if (message != null && known) {
        Matcher code = CODE.matcher(message);
        return Optional.of(code.find() ? code.group() : message);
      }
    }
    return Optional.empty();
  }

  /** No more harm can be done by trying again, and a TPM unlocks itself after a time. */
  static boolean isLocked(Throwable error) {
    return code(error).filter("CKR_PIN_LOCKED"::equals).isPresent();
  }

  /** What to do about a locked token. */
  static IOException locked(String token) {
    return new IOException(
        "Too many wrong PINs have locked "
            + token
            + "; unlock it with its security officer's PIN, or wait where it unlocks itself.");
  }

  static boolean isAboutPin(Throwable error) {
    return code(error).filter(PIN::contains).isPresent();
  }

  static boolean isRefusal(Throwable error) {
    return code(error).filter(REFUSAL::contains).isPresent();
  }

  /** The return value, or else what Java says. */
  static String words(Throwable error) {
    return code(error)
        .orElseGet(
            () -> {
              String message = error.getMessage();
              return message == null ? error.getClass().getSimpleName() : message;
            });
  }
}
