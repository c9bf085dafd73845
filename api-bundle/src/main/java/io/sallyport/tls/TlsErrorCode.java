package io.sallyport.tls;

/**
 * What went wrong, with ESP-TLS's names and numbers ({@code esp_tls_errors.h}, {@code esp_err.h}).
 */
public enum TlsErrorCode {
  /** Unclassified failure. ESP-TLS: {@code ESP_FAIL}. */
  FAIL(-1),
  /** An argument is missing, malformed or contradicts another. */
  INVALID_ARG(0x102),
  /** The call does not fit the state of the object. */
  INVALID_STATE(0x103),
  /** The stack or the platform cannot do this. */
  NOT_SUPPORTED(0x106),
  /** A read or write did not finish in time. */
  TIMEOUT(0x107),
  /** A stack was built against another version of the operations table. */
  INVALID_VERSION(0x10A),
  /** The host name has no address. */
  CANNOT_RESOLVE_HOSTNAME(0x8001),
  /** The operating system gave no socket. */
  CANNOT_CREATE_SOCKET(0x8002),
  /** The host has no address of the wanted family. */
  UNSUPPORTED_PROTOCOL_FAMILY(0x8003),
  /** The peer refused, or no route leads to it. */
  FAILED_CONNECT_TO_HOST(0x8004),
  /** A socket option could not be set. */
  SOCKET_SETOPT_FAILED(0x8005),
  /** The deadline over name resolution, connect and handshake passed. */
  CONNECTION_TIMEOUT(0x8006),
  /** The secure element failed. */
  SE_FAILED(0x8007),
  /** TCP ended without close_notify: the data may be truncated (RFC 8446 section 6.1). */
  TCP_CLOSED_FIN(0x8008),
  /** The client did not finish its handshake in time. */
  SERVER_HANDSHAKE_TIMEOUT(0x8009),
  /** Some of several certificates could not be read; the good ones were taken. */
  CERT_PARTLY_OK(0x8010),
  /** The random number generator could not be seeded. */
  CTR_DRBG_SEED_FAILED(0x8011),
  /** The server name could not be set. */
  SSL_SET_HOSTNAME_FAILED(0x8012),
  /** The stack's defaults could not be set. */
  SSL_CONFIG_DEFAULTS_FAILED(0x8013),
  /** The ALPN protocols could not be set or negotiated. */
  SSL_CONF_ALPN_PROTOCOLS_FAILED(0x8014),
  /** A certificate could not be parsed. */
  X509_CRT_PARSE_FAILED(0x8015),
  /** The own certificate could not be used, for example because it does not match its key. */
  SSL_CONF_OWN_CERT_FAILED(0x8016),
  /** The stack refused the configuration, for example because no verification was chosen. */
  SSL_SETUP_FAILED(0x8017),
  /** Writing failed. */
  SSL_WRITE_FAILED(0x8018),
  /** A private key could not be parsed, or its password is wrong. */
  PK_PARSE_KEY_FAILED(0x8019),
  /** The handshake failed. */
  SSL_HANDSHAKE_FAILED(0x801A),
  /** The pre-shared key could not be set. */
  SSL_CONF_PSK_FAILED(0x801B),
  /** Session tickets could not be set up. */
  SSL_TICKET_SETUP_FAILED(0x801C),
  /** Reading failed. */
  SSL_READ_FAILED(0x801D);

  private final int number;

  TlsErrorCode(int number) {
    this.number = number;
  }

  /** ESP-TLS's number for this code. */
  public int number() {
    return number;
  }
}
