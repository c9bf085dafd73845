package io.sallyport.tls;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How a server accepts. ESP-TLS: {@code esp_tls_cfg_server_t}. */
public final class ServerConfig implements TlsConfig {
  private final Trust trust;
  private final Optional<Identity> identity;
  private final Optional<KeyReference> hardwareKey;
  private final Optional<CertificateSelector> certificateSelector;
  private final List<String> alpn;
  private final List<CipherSuite> cipherSuites;
  private final List<NamedGroup> groups;
  private final Optional<SessionTickets> sessionTickets;
  private final Optional<KeyLog> keyLog;
  private final TlsVersion version;
  private final Duration timeout;

  private ServerConfig(Builder builder) throws TlsException {
    this.identity = builder.identity;
    this.hardwareKey = builder.hardwareKeys.stream().findFirst();
    this.certificateSelector = builder.certificateSelector;
    this.trust = builder.trust;
    this.alpn = builder.alpn;
    this.cipherSuites =
        ConfigParts.suitesFor(
            builder.trust, ConfigParts.suites(builder.cipherSuites, builder.version));
    this.groups = builder.groups;
    this.sessionTickets = builder.sessionTickets;
    this.keyLog = builder.keyLog;
    this.version = builder.version;
    this.timeout = builder.timeout;
  }

  private ServerConfig(
      ServerConfig from,
      Identity own,
      Optional<CertificateSelector> selector,
      List<CipherSuite> only)
      throws TlsException {
    this.identity = Optional.of(own);
    this.hardwareKey = Optional.empty();
    this.certificateSelector = selector;
    this.trust = from.trust;
    this.alpn = from.alpn;
    this.cipherSuites = ConfigParts.restricted(from, only);
    this.groups = from.groups;
    this.sessionTickets = from.sessionTickets;
    this.keyLog = from.keyLog;
    this.version = from.version;
    this.timeout = from.timeout;
  }

  /** Starts a configuration. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * By what clients are verified: authorities for their certificates, pre-shared keys, or {@link
   * Trust.None} when they are not.
   */
  @Override
  public Trust trust() {
    return trust;
  }

  /** Empty with pre-shared keys, with a key in hardware, and where only a selector has any. */
  @Override
  public Optional<Identity> identity() {
    return identity;
  }

  @Override
  public Optional<KeyReference> hardwareKey() {
    return hardwareKey;
  }

  @Override
  public ServerConfig withIdentity(Identity own, List<CipherSuite> only) throws TlsException {
    return new ServerConfig(this, own, certificateSelector, only);
  }

  /**
   * As {@link #withIdentity}, and without a selector: this identity for every client.
   *
   * @param own the certificates and the key
   * @param only the only suites that may be used with it; empty for any
   * @throws TlsException INVALID_ARG when the configuration allows none of these suites
   */
  public ServerConfig withOnlyIdentity(Identity own, List<CipherSuite> only) throws TlsException {
    return new ServerConfig(this, own, Optional.empty(), only);
  }

  /** Who chooses the certificate. ESP-TLS: {@code cert_select_cb}. */
  public Optional<CertificateSelector> certificateSelector() {
    return certificateSelector;
  }

  @Override
  public List<String> alpn() {
    return alpn;
  }

  @Override
  public List<CipherSuite> cipherSuites() {
    return cipherSuites;
  }

  @Override
  public List<NamedGroup> groups() {
    return groups;
  }

  /** Whether sessions may be resumed; empty for what the stack does by itself. */
  public Optional<SessionTickets> sessionTickets() {
    return sessionTickets;
  }

  @Override
  public Optional<KeyLog> keyLog() {
    return keyLog;
  }

  @Override
  public TlsVersion version() {
    return version;
  }

  @Override
  public Duration timeout() {
    return timeout;
  }

  /** Whether a client must authenticate by certificate. */
  public boolean clientCertificateRequired() {
    return !(trust instanceof Trust.None) && !(trust instanceof Trust.PreShared);
  }

  /** Collects settings; not thread-safe. */
  public static final class Builder {
    private Trust trust = new Trust.None();
    private Optional<Identity> identity = Optional.empty();
    private final List<KeyReference> hardwareKeys = new ArrayList<>();
    private Optional<CertificateSelector> certificateSelector = Optional.empty();
    private List<NamedGroup> groups = List.of();
    private Optional<SessionTickets> sessionTickets = Optional.empty();
    private Optional<KeyLog> keyLog = Optional.empty();
    private List<String> alpn = List.of();
    private List<CipherSuite> cipherSuites = List.of();
    private TlsVersion version = TlsVersion.ANY;
    private Duration timeout = ConfigParts.DEFAULT_TIMEOUT;

    private Builder() {}

    /** Authenticates by this certificate and key. ESP-TLS: {@code servercert_buf} and more. */
    public Builder identity(Identity own) {
      identity = Optional.of(own);
      return this;
    }

    /**
     * Authenticates by a key in hardware. ESP-TLS: {@code use_secure_element}, {@code ds_data} or
     * {@code use_ecdsa_peripheral}, by {@link KeyReference#secureElement}, {@link
     * KeyReference#digitalSignature} or {@link KeyReference#ecdsaPeripheral}.
     */
    public Builder hardwareKey(KeyReference reference) {
      hardwareKeys.add(reference);
      return this;
    }

    /**
     * Chooses the certificate for each handshake by server name and ALPN. ESP-TLS: {@code
     * cert_select_cb}.
     */
    public Builder certificateSelector(CertificateSelector selector) {
      certificateSelector = Optional.of(selector);
      return this;
    }

    /**
     * Authenticates both sides by keys that they share, instead of certificates. ESP-TLS: {@code
     * psk_hint_key} of the server.
     *
     * @param keys at least one, of different identities
     */
    public Builder preSharedKeys(Collection<PreSharedKey> keys) {
      trust = new Trust.PreShared(List.copyOf(keys));
      return this;
    }

    /** Allows only these key-exchange groups. */
    public Builder groups(Collection<NamedGroup> only) {
      groups = List.copyOf(only);
      return this;
    }

    /**
     * Lets clients resume sessions, or not. ESP-TLS: {@code
     * esp_tls_cfg_server_session_tickets_init}.
     */
    public Builder sessionTickets(SessionTickets tickets) {
      sessionTickets = Optional.of(tickets);
      return this;
    }

    /**
     * Gives the secrets of connections away, for a protocol analyser. Works only while the
     * platform's insecure mode is on too, and is warned about on every connection.
     */
    public Builder insecureKeyLog(KeyLog log) {
      keyLog = Optional.of(log);
      return this;
    }

    /**
     * Requires client certificates, verified by these authorities. ESP-TLS: {@code cacert_buf} of
     * the server.
     */
    public Builder clientAuthorities(Collection<X509Certificate> certificates) {
      trust = new Trust.Authorities(List.copyOf(certificates));
      return this;
    }

    /** Requires client certificates, verified by {@link Tls#caStore()}. */
    public Builder clientGlobalCaStore() {
      trust = new Trust.GlobalStore();
      return this;
    }

    /**
     * Accepts these protocols, most preferred first. A client that offers ALPN and has none of them
     * is refused (RFC 7301 section 3.2). ESP-TLS: {@code alpn_protos}.
     *
     * @throws TlsException INVALID_ARG for an empty or too long name
     */
    public Builder alpn(Collection<String> protocols) throws TlsException {
      alpn = ConfigParts.alpn(protocols);
      return this;
    }

    /** Allows only these suites. ESP-TLS: {@code ciphersuites_list}. */
    public Builder cipherSuites(Collection<CipherSuite> suites) {
      cipherSuites = List.copyOf(suites);
      return this;
    }

    /** Allows only this version. ESP-TLS: {@code tls_version}. */
    public Builder version(TlsVersion only) {
      version = only;
      return this;
    }

    /**
     * Sets the deadline of the handshake; 10 s by default. ESP-TLS: {@code
     * tls_handshake_timeout_ms}.
     *
     * @throws TlsException INVALID_ARG unless positive
     */
    public Builder timeout(Duration deadline) throws TlsException {
      timeout = ConfigParts.timeout(deadline);
      return this;
    }

    /**
     * Validates and builds.
     *
     * @throws TlsException INVALID_STATE without an identity, as in ESP-TLS; INVALID_ARG for a
     *     contradiction
     */
    public ServerConfig build() throws TlsException {
      ConfigParts.checkOneKey(identity, hardwareKeys);
      boolean certificates =
          identity.isPresent() || certificateSelector.isPresent() || !hardwareKeys.isEmpty();
      if (trust instanceof Trust.PreShared preShared) {
        checkPreShared(preShared, certificates);
      } else if (!certificates) {
        throw new TlsException(
            TlsErrorCode.INVALID_STATE,
            "A server needs a certificate and its private key; give both.");
      }
      return new ServerConfig(this);
    }

    private static void checkPreShared(Trust.PreShared preShared, boolean certificates)
        throws TlsException {
      if (certificates) {
        throw new TlsException(
            TlsErrorCode.INVALID_ARG,
            "A server authenticates by certificate or by pre-shared key; give one of them.");
      }
      Set<String> identities = new HashSet<>();
      for (PreSharedKey key : preShared.keys()) {
        if (!identities.add(key.identity())) {
          throw new TlsException(
              TlsErrorCode.INVALID_ARG,
              "Two pre-shared keys have the identity '" + key.identity() + "'; drop one.");
        }
      }
    }
  }
}
