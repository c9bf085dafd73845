package io.sallyport.tls;

import java.time.Duration;

/**
 * Whether a server lets clients resume sessions. ESP-TLS: {@code
 * esp_tls_cfg_server_session_tickets_init}, {@code _free}.
 *
 * @param enabled whether sessions may be resumed; if not, none is, by ticket or by id
 * @param lifetime for how long, in whole seconds; RFC 8446 section 4.6.1 allows 7 days
 */
public record SessionTickets(boolean enabled, Duration lifetime) {
  private static final Duration MAX_LIFETIME = Duration.ofDays(7);

  /** No session is resumed. */
  public static final SessionTickets OFF = new SessionTickets(false, Duration.ofSeconds(1));

  /** Resumption for 24 hours, ESP-TLS's default. */
  public static final SessionTickets ON = new SessionTickets(true, Duration.ofDays(1));

  /** Checks the range. */
  public SessionTickets {
    if (lifetime.toSeconds() < 1 || lifetime.compareTo(MAX_LIFETIME) > 0) {
      throw new IllegalArgumentException(
          "Session tickets live for 1 s to 7 days, not for " + lifetime.toSeconds() + " s.");
    }
  }

  /** Resumption for this long. */
  public static SessionTickets on(Duration lifetime) {
    return new SessionTickets(true, lifetime);
  }
}
