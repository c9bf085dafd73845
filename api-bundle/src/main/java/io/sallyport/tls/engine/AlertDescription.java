package io.sallyport.tls.engine;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Alerts by their numbers (RFC 8446 section 6), and what they mean when a peer sends them. */
public enum AlertDescription {
  /** The sender ends its direction. */
  CLOSE_NOTIFY(0, "the peer ended the connection"),
  /** See RFC 8446 section 6.2, as for all that follow. */
  UNEXPECTED_MESSAGE(10, "the peer did not expect our message"),
  /** A record could not be decrypted. */
  BAD_RECORD_MAC(20, "the peer could not decrypt what we sent"),
  /** A record was too long. */
  RECORD_OVERFLOW(22, "a record of ours was too long for the peer"),
  /** No common parameters. */
  HANDSHAKE_FAILURE(
      40, "the peer found no common cipher suite, group or signature, or wants a certificate"),
  /** The certificate was corrupt, or missing before TLS 1.3. */
  BAD_CERTIFICATE(42, "the peer refused our certificate, or wants one that was not sent"),
  /** The certificate's type is not supported. */
  UNSUPPORTED_CERTIFICATE(43, "the peer does not support our kind of certificate"),
  /** The certificate was revoked. */
  CERTIFICATE_REVOKED(44, "the peer says that our certificate was revoked"),
  /** The certificate is not valid now. */
  CERTIFICATE_EXPIRED(45, "the peer says that our certificate has expired"),
  /** Another problem with the certificate. */
  CERTIFICATE_UNKNOWN(46, "the peer refused our certificate"),
  /** A field was out of range. */
  ILLEGAL_PARAMETER(47, "the peer found a parameter of ours illegal"),
  /** The authority is not trusted. */
  UNKNOWN_CA(48, "the peer does not trust the authority of our certificate"),
  /** The certificate is good but access is denied. */
  ACCESS_DENIED(49, "the peer denies us access"),
  /** A message could not be parsed. */
  DECODE_ERROR(50, "the peer could not parse our message"),
  /** A signature or Finished message was wrong. */
  DECRYPT_ERROR(51, "the peer found a signature or checksum of ours wrong"),
  /** The version is not supported. */
  PROTOCOL_VERSION(70, "the peer supports none of the TLS versions allowed here"),
  /** The parameters are too weak. */
  INSUFFICIENT_SECURITY(71, "the peer demands stronger cipher suites"),
  /** Something inside the peer went wrong. */
  INTERNAL_ERROR(80, "the peer had an internal error"),
  /** A fallback was detected. */
  INAPPROPRIATE_FALLBACK(86, "the peer detected a downgrade"),
  /** The handshake was cancelled. */
  USER_CANCELED(90, "the peer cancelled the handshake"),
  /** An extension is missing. */
  MISSING_EXTENSION(109, "the peer misses an extension"),
  /** An extension is not allowed. */
  UNSUPPORTED_EXTENSION(110, "the peer did not expect an extension"),
  /** No server of this name. */
  UNRECOGNIZED_NAME(112, "the peer has no server of this name"),
  /** The OCSP response was bad. */
  BAD_CERTIFICATE_STATUS_RESPONSE(113, "the peer refused our OCSP response"),
  /** The pre-shared key is not known. */
  UNKNOWN_PSK_IDENTITY(115, "the peer does not know our pre-shared key"),
  /** A certificate is required. */
  CERTIFICATE_REQUIRED(116, "the peer requires a client certificate and got none"),
  /** No common ALPN protocol. */
  NO_APPLICATION_PROTOCOL(120, "the peer speaks none of the ALPN protocols offered");

  private static final Pattern JDK_MESSAGE = Pattern.compile("Received fatal alert: ([a-z_]+)");

  private final int number;
  private final String meaning;

  AlertDescription(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** What it means when the peer sends it, as part of a sentence. */
  public String meaning() {
    return meaning;
  }

  /** The name in RFC 8446, such as "bad_certificate". */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The alert with this number, if it is known. */
  public static Optional<AlertDescription> of(int number) {
    for (AlertDescription alert : values()) {
      if (alert.number == number) {
        return Optional.of(alert);
      }
    }
    return Optional.empty();
  }

  /** The number of the alert with this RFC 8446 name. */
  public static OptionalInt numberOf(String label) {
    for (AlertDescription alert : values()) {
      if (alert.label().equals(label)) {
        return OptionalInt.of(alert.number);
      }
    }
    return OptionalInt.empty();
  }

  /** Reads the JDK's form, "Received fatal alert: bad_certificate". */
  static OptionalInt inJdkMessage(Throwable error) {
    Matcher matcher = JDK_MESSAGE.matcher(String.valueOf(error.getMessage()));
    return matcher.find() ? numberOf(matcher.group(1)) : OptionalInt.empty();
  }

  static String describe(int number) {
    return of(number)
        .map(alert -> "'" + alert.label() + "': " + alert.meaning)
        .orElse("number " + number);
  }
}
