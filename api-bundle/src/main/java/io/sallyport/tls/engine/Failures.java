package io.sallyport.tls.engine;

import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.VerificationFlag;
import io.sallyport.tls.stack.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Puts what went wrong into a sentence that is the same whichever stack reports it. */
final class Failures {
  private static final int MAX_CAUSES = 20;

  private final EngineContext context;
  private final Peer peer;
  private final @Nullable HandshakeObserver seen;

  /**
   * What the sentences are made of.
   *
   * @param seen what was read along; null once the handshake is over
   */
  Failures(EngineContext context, Peer peer, @Nullable HandshakeObserver seen) {
    this.context = context;
    this.peer = peer;
    this.seen = seen;
  }

  TlsException explain(TlsErrorCode code, IOException error) {
    EngineLibrary library = context.library();
    Set<VerificationFlag> none = EnumSet.noneOf(VerificationFlag.class);
    if (error instanceof NotTlsException || error instanceof LocalAlertException) {
      TlsException sentence =
          new TlsException(code, String.valueOf(error.getMessage()), "", none, error);
      return error instanceof LocalAlertException local && !local.blamesPeer()
          ? sentence
          : sentence.blamingPeer();
    }
    if (!(error instanceof SSLException)) {
      String sentence = "The connection to " + peer + " broke: " + error.getMessage() + ".";
      return new TlsException(code, sentence, "", none, error);
    }
    List<Throwable> chain = chain(error);
    String stackError = library.describe(error);
    for (Throwable cause : chain) {
      if (cause instanceof VerificationException refused) {
        String sentence = String.valueOf(refused.getMessage());
        return new TlsException(code, sentence, stackError, refused.flags(), error);
      }
    }
    OptionalInt alert = receivedAlert(chain);
    if (alert.isPresent()) {
      return new TlsException(code, sentence(code, alert.getAsInt()), stackError, none, error);
    }
    if (isMissingCertificate(chain)) {
      Set<VerificationFlag> missing = EnumSet.of(VerificationFlag.MISSING);
      return new TlsException(
          code, MissingCertificate.sentence(otherRole()), stackError, missing, error);
    }
    for (Throwable cause : chain) {
      Set<VerificationFlag> flags = library.verificationFlags(cause);
      if (!flags.isEmpty()) {
        return new TlsException(code, sentence(flags), stackError, flags, error);
      }
    }
    return new TlsException(code, sentence(code, stackError), stackError, none, error);
  }

  /** As {@link #explain(TlsErrorCode, IOException)}, where the own key's device is the reason. */
  TlsException explain(TlsException device, IOException error) {
    return new TlsException(
        TlsErrorCode.SE_FAILED,
        "The TLS handshake with " + peer + " failed for the own key: " + device.getMessage(),
        error instanceof SSLException ? context.library().describe(error) : "",
        EnumSet.noneOf(VerificationFlag.class),
        device);
  }

  private OptionalInt receivedAlert(List<Throwable> chain) {
    if (seen != null && seen.alertReceived() >= 0) {
      return OptionalInt.of(seen.alertReceived());
    }
    for (Throwable cause : chain) {
      OptionalInt alert = context.library().receivedAlert(cause);
      if (alert.isPresent()) {
        return alert;
      }
    }
    return OptionalInt.empty();
  }

  private boolean isMissingCertificate(List<Throwable> chain) {
    if (seen != null && seen.clientSentNoCertificate() && context.requiresClientCertificate()) {
      return true;
    }
    return chain.stream().anyMatch(context.library()::isMissingCertificate);
  }

  private String sentence(TlsErrorCode code, int alert) {
    return "The peer "
        + peer
        + " ended the "
        + (code == TlsErrorCode.SSL_HANDSHAKE_FAILED ? "TLS handshake" : "TLS connection")
        + " with the alert "
        + AlertDescription.describe(alert)
        + ".";
  }

  private String sentence(Set<VerificationFlag> flags) {
    return (otherRole() == Role.SERVER ? "The server's" : "The client's")
        + " certificate was refused: "
        + flags.stream().map(VerificationFlag::sentence).collect(Collectors.joining(", and "))
        + ".";
  }

  private String sentence(TlsErrorCode code, String stackError) {
    String what =
        switch (code) {
          case SSL_READ_FAILED -> "Reading from " + peer + " failed: ";
          case SSL_WRITE_FAILED -> "Writing to " + peer + " failed: ";
          default -> "The TLS handshake with " + peer + " failed: ";
        };
    return what + stackError + (stackError.endsWith(".") ? "" : ".");
  }

  private Role otherRole() {
    return context.role() == Role.SERVER ? Role.CLIENT : Role.SERVER;
  }

  private static List<Throwable> chain(Throwable error) {
    List<Throwable> chain = new ArrayList<>();
    Throwable cause = error;
    while (cause != null && chain.size() < MAX_CAUSES) {
      chain.add(cause);
      cause = cause.getCause();
    }
    return chain;
  }
}
