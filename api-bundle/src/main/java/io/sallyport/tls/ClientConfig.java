package io.sallyport.tls;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * How a client connects. ESP-TLS: {@code esp_tls_cfg_t}.
 *
 * <p>A client must say how the server is verified; {@link Builder#build} fails otherwise. Where
 * several ways are given the first of this order holds, as in ESP-TLS: bundle, global store, own
 * authorities; {@link #ignored} names the others.
 */
public final class ClientConfig implements TlsConfig {
  private final Trust trust;
  private final Optional<Identity> identity;
  private final List<String> alpn;
  private final List<CipherSuite> cipherSuites;
  private final TlsVersion version;
  private final Duration timeout;
  private final Optional<String> commonName;
  private final boolean skipCommonName;
  private final boolean plainTcp;
  private final TcpOptions tcp;
  private final List<String> ignored;

  private ClientConfig(Builder builder, Trust trust, List<String> ignored) throws TlsException {
    this.trust = trust;
    this.ignored = List.copyOf(ignored);
    this.identity = builder.identity;
    this.alpn = builder.alpn;
    this.cipherSuites = ConfigParts.suites(builder.cipherSuites, builder.version);
    this.version = builder.version;
    this.timeout = builder.timeout;
    this.commonName = builder.commonName;
    this.skipCommonName = builder.skipCommonName;
    this.plainTcp = builder.plainTcp;
    this.tcp = builder.tcp;
  }

  /** Starts a configuration. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Trust trust() {
    return trust;
  }

  @Override
  public Optional<Identity> identity() {
    return identity;
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

  /** The name to verify and to send as SNI instead of the host. ESP-TLS: {@code common_name}. */
  public Optional<String> commonName() {
    return commonName;
  }

  /**
   * Whether the certificate's name is not checked and no SNI is sent. ESP-TLS: {@code
   * skip_common_name}.
   */
  public boolean skipCommonName() {
    return skipCommonName;
  }

  /** Whether the connection has no TLS at all. ESP-TLS: {@code is_plain_tcp}. */
  public boolean plainTcp() {
    return plainTcp;
  }

  /** Options of the TCP connection. */
  public TcpOptions tcp() {
    return tcp;
  }

  /** Settings that another one overrides, in words; each deserves a warning. */
  public List<String> ignored() {
    return ignored;
  }

  /** The name to verify for a connection to this host, empty when names are not checked. */
  public Optional<String> nameToVerify(String host) {
    return skipCommonName ? Optional.empty() : Optional.of(commonName.orElse(host));
  }

  /** Collects settings; not thread-safe. */
  public static final class Builder {
    private Optional<Trust> bundle = Optional.empty();
    private Optional<Trust> globalStore = Optional.empty();
    private Optional<Trust> authorities = Optional.empty();
    private Optional<Trust> insecure = Optional.empty();
    private Optional<Identity> identity = Optional.empty();
    private List<String> alpn = List.of();
    private List<CipherSuite> cipherSuites = List.of();
    private TlsVersion version = TlsVersion.ANY;
    private Duration timeout = ConfigParts.DEFAULT_TIMEOUT;
    private Optional<String> commonName = Optional.empty();
    private boolean skipCommonName;
    private boolean plainTcp;
    private TcpOptions tcp = TcpOptions.DEFAULT;

    private Builder() {}

    /** Verifies by these authorities. ESP-TLS: {@code cacert_buf}. */
    public Builder authorities(Collection<X509Certificate> certificates) {
      authorities = Optional.of(new Trust.Authorities(List.copyOf(certificates)));
      return this;
    }

    /** Verifies by {@link Tls#caStore()}. ESP-TLS: {@code use_global_ca_store}. */
    public Builder globalCaStore() {
      globalStore = Optional.of(new Trust.GlobalStore());
      return this;
    }

    /**
     * Verifies by a bundle of roots, such as {@link Credentials#platformRoots}. ESP-TLS: {@code
     * crt_bundle_attach}.
     */
    public Builder bundle(Collection<X509Certificate> roots) {
      bundle = Optional.of(new Trust.Bundle(List.copyOf(roots)));
      return this;
    }

    /**
     * Verifies nothing. Works only while the platform's insecure mode is on too, and is warned
     * about on every connection.
     */
    public Builder insecureSkipVerification() {
      insecure = Optional.of(new Trust.Insecure());
      return this;
    }

    /** Authenticates by this certificate and key when the server asks. */
    public Builder identity(Identity own) {
      identity = Optional.of(own);
      return this;
    }

    /**
     * Offers these protocols, most preferred first. ESP-TLS: {@code alpn_protos}.
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
     * Sets the deadline over name resolution, connect and handshake; 10 s by default.
     *
     * @throws TlsException INVALID_ARG unless positive
     */
    public Builder timeout(Duration deadline) throws TlsException {
      timeout = ConfigParts.timeout(deadline);
      return this;
    }

    /**
     * Verifies and sends this name instead of the host. ESP-TLS: {@code common_name}.
     *
     * @throws TlsException INVALID_ARG for a blank name
     */
    public Builder commonName(String name) throws TlsException {
      if (name.isBlank()) {
        throw new TlsException(
            TlsErrorCode.INVALID_ARG,
            "An empty common name cannot be verified; leave it out to use the host's name.");
      }
      commonName = Optional.of(name.trim());
      return this;
    }

    /** Checks no name and sends no SNI. ESP-TLS: {@code skip_common_name}. */
    public Builder skipCommonName() {
      skipCommonName = true;
      return this;
    }

    /** Speaks plain TCP. ESP-TLS: {@code is_plain_tcp}. */
    public Builder plainTcp() {
      plainTcp = true;
      return this;
    }

    /** Sets options of the TCP connection. */
    public Builder tcp(TcpOptions options) {
      tcp = options;
      return this;
    }

    /**
     * Validates and builds.
     *
     * @throws TlsException SSL_SETUP_FAILED when no verification was chosen; INVALID_ARG for a
     *     contradiction
     */
    public ClientConfig build() throws TlsException {
      List<String> ignored = new ArrayList<>();
      if (skipCommonName && commonName.isPresent()) {
        ignored.add("the common name, because name checks are skipped");
      }
      return new ClientConfig(this, chooseTrust(ignored), ignored);
    }

    private Trust chooseTrust(List<String> ignored) throws TlsException {
      if (plainTcp) {
        return new Trust.None();
      }
      Optional<Trust> chosen = Optional.empty();
      for (Optional<Trust> candidate : List.of(bundle, globalStore, authorities, insecure)) {
        if (chosen.isEmpty()) {
          chosen = candidate;
        } else if (candidate.isPresent()) {
          ignored.add(candidate.get() + ", because " + chosen.get() + " comes first");
        }
      }
      return chosen.orElseThrow(
          () ->
              new TlsException(
                  TlsErrorCode.SSL_SETUP_FAILED,
                  "No way to verify the server was chosen; give certificate authorities, the"
                      + " global CA store or a certificate bundle."));
    }
  }
}
