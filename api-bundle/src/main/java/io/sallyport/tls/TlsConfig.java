package io.sallyport.tls;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What both roles configure. Immutable, validated once when it is built, and compared by identity:
 * build one configuration and use it for many connections, because the stack's contexts are made
 * once for each.
 *
 * <p>ESP-TLS: {@code esp_tls_cfg_t} and {@code esp_tls_cfg_server_t}.
 */
public sealed interface TlsConfig permits ClientConfig, ServerConfig {
  /** By what the peer is verified. */
  Trust trust();

  /** The own certificate and key, if any. */
  Optional<Identity> identity();

  /** The own key in hardware, which the platform finds when it prepares the configuration. */
  Optional<KeyReference> hardwareKey();

  /**
   * The same configuration with this identity in place of its own one.
   *
   * @param own the certificates and the key
   * @param only the only suites that may be used with it; empty for any
   * @throws TlsException INVALID_ARG when the configuration allows none of these suites
   */
  TlsConfig withIdentity(Identity own, List<CipherSuite> only) throws TlsException;

  /** ALPN protocols, most preferred first; empty for no ALPN. ESP-TLS: {@code alpn_protos}. */
  List<String> alpn();

  /**
   * The only cipher suites allowed, most preferred first; empty for the stack's strong ones in its
   * own order. ESP-TLS: {@code ciphersuites_list}.
   */
  List<CipherSuite> cipherSuites();

  /**
   * The only key-exchange groups allowed, most preferred first where the stack lets itself be told;
   * empty for the stack's own.
   */
  List<NamedGroup> groups();

  /** Where the secrets of connections go; empty, as is right, for nowhere. */
  Optional<KeyLog> keyLog();

  /** The versions allowed. ESP-TLS: {@code tls_version}. */
  TlsVersion version();

  /**
   * The deadline: for a client over name resolution, connect and handshake together; for a server
   * over the handshake. ESP-TLS: {@code timeout_ms}, {@code tls_handshake_timeout_ms}.
   */
  Duration timeout();
}
