package io.sallyport.tls;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** How a server accepts. ESP-TLS: {@code esp_tls_cfg_server_t}. */
public final class ServerConfig implements TlsConfig {
  private final Trust trust;
  private final Identity identity;
  private final List<String> alpn;
  private final List<CipherSuite> cipherSuites;
  private final TlsVersion version;
  private final Duration timeout;

  private ServerConfig(Builder builder, Identity identity) throws TlsException {
    this.identity = identity;
    this.trust = builder.trust;
    this.alpn = builder.alpn;
    this.cipherSuites = ConfigParts.suites(builder.cipherSuites, builder.version);
    this.version = builder.version;
    this.timeout = builder.timeout;
  }

  /** Starts a configuration. */
  public static Builder builder() {
    return new Builder();
  }

  /** By what client certificates are verified; {@link Trust.None} when none is asked for. */
  @Override
  public Trust trust() {
    return trust;
  }

  /** Always present. */
  @Override
  public Optional<Identity> identity() {
    return Optional.of(identity);
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
  public TlsVersion version() {
    return version;
  }

  @Override
  public Duration timeout() {
    return timeout;
  }

  /** Whether a client must authenticate by certificate. */
  public boolean clientCertificateRequired() {
    return !(trust instanceof Trust.None);
  }

  /** Collects settings; not thread-safe. */
  public static final class Builder {
    private Trust trust = new Trust.None();
    private Optional<Identity> identity = Optional.empty();
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
      return new ServerConfig(
          this,
          identity.orElseThrow(
              () ->
                  new TlsException(
                      TlsErrorCode.INVALID_STATE,
                      "A server needs a certificate and its private key; give both.")));
    }
  }
}
