package io.sallyport.tls;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one exception of this API: a sentence for people, a code for programs, and what is known of
 * the reasons. ESP-TLS: {@code esp_tls_error_handle_t}, whose four slots are {@link #code()},
 * {@link #stackError()}, {@link #verificationFlags()} and, as the cause, the system's error.
 *
 * <p>Immutable and safe for any thread. The message never holds a secret.
 */
public final class TlsException extends IOException {
  private static final long serialVersionUID = 1L;

  private final TlsErrorCode code;
  private final String stackError;
  private final int verificationBits;
  private final boolean peerAtFault;

  /**
   * An error without a cause.
   *
   * @param code what went wrong
   * @param message one sentence: what was wrong, where, and what to do
   */
  public TlsException(TlsErrorCode code, String message) {
    super(message);
    this.code = code;
    this.stackError = "";
    this.verificationBits = 0;
    this.peerAtFault = false;
  }

  /**
   * An error with its cause.
   *
   * @param code what went wrong
   * @param message one sentence: what was wrong, where, and what to do
   * @param cause what lies behind it
   */
  public TlsException(TlsErrorCode code, String message, Throwable cause) {
    this(code, message, "", EnumSet.noneOf(VerificationFlag.class), cause);
  }

  /**
   * An error that a stack reported.
   *
   * @param code what went wrong
   * @param message one sentence: what was wrong, where, and what to do
   * @param stackError the stack's own words or code; empty when it gave none
   * @param flags why the peer's certificate was refused; empty when it was not
   * @param cause what lies behind it
   */
  public TlsException(
      TlsErrorCode code,
      String message,
      String stackError,
      Set<VerificationFlag> flags,
      Throwable cause) {
    this(code, message, stackError, flags, cause, !flags.isEmpty());
  }

  private TlsException(
      TlsErrorCode code,
      String message,
      String stackError,
      Set<VerificationFlag> flags,
      @Nullable Throwable cause,
      boolean peerAtFault) {
    super(message, cause);
    this.code = code;
    this.stackError = stackError;
    this.verificationBits = VerificationFlag.bits(flags);
    this.peerAtFault = peerAtFault;
  }

  /** The same error, of which is known that only the peer is to blame. */
  public TlsException blamingPeer() {
    TlsException same =
        new TlsException(code, getMessage(), stackError, verificationFlags(), getCause(), true);
    same.setStackTrace(getStackTrace());
    return same;
  }

  /** The sentence; never null. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** What went wrong. */
  public TlsErrorCode code() {
    return code;
  }

  /** The stack's own words or code, where a stack reported the error. */
  public Optional<String> stackError() {
    return stackError.isEmpty() ? Optional.empty() : Optional.of(stackError);
  }

  /**
   * Whether only the peer is to blame, whichever stack had met it: it spoke no TLS or not at all,
   * or the platform refused its certificate. Otherwise it is not known who is.
   */
  public boolean peerAtFault() {
    return peerAtFault;
  }

  /** Why the peer's certificate was refused; empty when that is not the reason. */
  public Set<VerificationFlag> verificationFlags() {
    return VerificationFlag.of(verificationBits);
  }
}
