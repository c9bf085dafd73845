package io.sallyport.tls.engine;

import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.VerificationFlag;
import io.sallyport.tls.stack.Role;
import java.io.IOException;
import java.util.EnumSet;
import java.util.OptionalInt;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Puts what went wrong into a sentence that is the same whichever stack reports it. */
final class Failures {
  private static final int MAX_CAUSES = 20;

  private Failures() {}

  static TlsException explain(
      TlsErrorCode code,
      IOException error,
      EngineContext context,
      Peer peer,
      @Nullable HandshakeObserver seen) {
    Set<VerificationFlag> flags = EnumSet.noneOf(VerificationFlag.class);
    String sentence = sentence(code, error, context, peer, seen, flags);
    return new TlsException(code, sentence, stackError(error), flags, error);
  }

  private static String sentence(
      TlsErrorCode code,
      IOException error,
      EngineContext context,
      Peer peer,
      @Nullable HandshakeObserver seen,
      Set<VerificationFlag> flags) {
    if (error instanceof NotTlsException || error instanceof LocalAlertException) {
      return String.valueOf(error.getMessage());
    }
    if (!(error instanceof SSLException)) {
      return "The connection to " + peer + " broke: " + error.getMessage() + ".";
    }
    VerificationException refused = find(error, VerificationException.class);
    if (refused != null) {
      flags.addAll(refused.flags());
      return String.valueOf(refused.getMessage());
    }
    OptionalInt alert = receivedAlert(error, context, seen);
    if (alert.isPresent()) {
      return "The peer "
          + peer
          + " ended the "
          + (code == TlsErrorCode.SSL_HANDSHAKE_FAILED ? "TLS handshake" : "TLS connection")
          + " with the alert "
          + AlertDescription.describe(alert.getAsInt())
          + ".";
    }
    if (isMissingCertificate(error, context, seen)) {
      flags.add(VerificationFlag.MISSING);
      return MissingCertificate.sentence(context.role() == Role.SERVER ? Role.CLIENT : Role.SERVER);
    }
    return switch (code) {
          case SSL_READ_FAILED -> "Reading from " + peer + " failed";
          case SSL_WRITE_FAILED -> "Writing to " + peer + " failed";
          default -> "The TLS handshake with " + peer + " failed";
        }
        + ": "
        + stackError(error)
        + ".";
  }

  private static OptionalInt receivedAlert(
      Throwable error, EngineContext context, @Nullable HandshakeObserver seen) {
    if (seen != null && seen.alertReceived() >= 0) {
      return OptionalInt.of(seen.alertReceived());
    }
    Throwable cause = error;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      OptionalInt alert = context.library().receivedAlert(cause);
      if (alert.isPresent()) {
        return alert;
      }
      cause = cause.getCause();
    }
    return OptionalInt.empty();
  }

  private static boolean isMissingCertificate(
      Throwable error, EngineContext context, @Nullable HandshakeObserver seen) {
    if (seen != null && seen.clientSentNoCertificate() && context.requiresClientCertificate()) {
      return true;
    }
    Throwable cause = error;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      if (context.library().isMissingCertificate(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static <T extends Throwable> @Nullable T find(Throwable error, Class<T> type) {
    Throwable cause = error;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
      cause = cause.getCause();
    }
    return null;
  }

  /** The engine's own words. */
  private static String stackError(Throwable error) {
    String message = error.getMessage();
    return message == null ? error.getClass().getName() : message;
  }
}
