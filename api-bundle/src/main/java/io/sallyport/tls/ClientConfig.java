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
 * authorities, pre-shared key; {@link #ignored} names the others.
 */
public final class ClientConfig implements TlsConfig {
  private final Trust trust;
  private final Optional<Identity> identity;
  private final Optional<KeyReference> hardwareKey;
  private final List<String> alpn;
  private final List<CipherSuite> cipherSuites;
  private final List<NamedGroup> groups;
  private final TlsVersion version;
  private final Duration timeout;
  private final Revocation revocation;
  private final boolean sessions;
  private final Optional<ClientSessionListener> sessionListener;
  private final Optional<KeyLog> keyLog;
  private final Optional<String> commonName;
  private final boolean skipCommonName;
  private final boolean plainTcp;
  private final TcpOptions tcp;
  private final List<String> ignored;

  private ClientConfig(Builder builder, Trust trust, List<String> ignored) throws TlsException {
    this.trust = trust;
    this.ignored = List.copyOf(ignored);
    this.identity = builder.identity;
    this.hardwareKey = builder.hardwareKeys.stream().findFirst();
    this.alpn = builder.alpn;
    this.cipherSuites =
        ConfigParts.suitesFor(trust, ConfigParts.suites(builder.cipherSuites, builder.version));
    this.groups = builder.groups;
    this.version = builder.version;
    this.timeout = builder.timeout;
    this.revocation = builder.revocation;
    this.sessions = builder.sessions;
    this.sessionListener = builder.sessionListener;
    this.keyLog = builder.keyLog;
    this.commonName = builder.commonName;
    this.skipCommonName = builder.skipCommonName;
    this.plainTcp = builder.plainTcp;
    this.tcp = builder.tcp;
  }

  private ClientConfig(ClientConfig from, Identity own, List<CipherSuite> only)
      throws TlsException {
    this.trust = from.trust;
    this.ignored = from.ignored;
    this.identity = Optional.of(own);
    this.hardwareKey = Optional.empty();
    this.alpn = from.alpn;
    this.cipherSuites = ConfigParts.restricted(from, only);
    this.groups = from.groups;
    this.version = from.version;
    this.timeout = from.timeout;
    this.revocation = from.revocation;
    this.sessions = from.sessions;
    this.sessionListener = from.sessionListener;
    this.keyLog = from.keyLog;
    this.commonName = from.commonName;
    this.skipCommonName = from.skipCommonName;
    this.plainTcp = from.plainTcp;
    this.tcp = from.tcp;
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
  public Optional<KeyReference> hardwareKey() {
    return hardwareKey;
  }

  @Override
  public ClientConfig withIdentity(Identity own, List<CipherSuite> only) throws TlsException {
    return new ClientConfig(this, own, only);
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

  @Override
  public Optional<KeyLog> keyLog() {
    return keyLog;
  }

  @Override
  public TlsVersion version() {
    return version;
  }

  /** Whether a proof is asked for that the server's certificate has not been revoked. */
  public Revocation revocation() {
    return revocation;
  }

  /** Whether sessions can be captured and resumed. */
  public boolean sessions() {
    return sessions;
  }

  /** Who is told of new sessions. */
  public Optional<ClientSessionListener> sessionListener() {
    return sessionListener;
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
    private Optional<Trust> preShared = Optional.empty();
    private Optional<Trust> insecure = Optional.empty();
    private Optional<Identity> identity = Optional.empty();
    private final List<KeyReference> hardwareKeys = new ArrayList<>();
    private List<String> alpn = List.of();
    private List<CipherSuite> cipherSuites = List.of();
    private List<NamedGroup> groups = List.of();
    private Revocation revocation = Revocation.NONE;
    private boolean sessions;
    private Optional<ClientSessionListener> sessionListener = Optional.empty();
    private Optional<KeyLog> keyLog = Optional.empty();
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
      return bundle(CertificateBundle.ofCertificates(roots));
    }

    /**
     * Verifies by a bundle of roots, such as one in the ESP x509 bundle format that {@link
     * Credentials#certificateBundle} read. ESP-TLS: {@code crt_bundle_attach}.
     */
    public Builder bundle(CertificateBundle roots) {
      bundle = Optional.of(new Trust.Bundle(roots));
      return this;
    }

    /**
     * Authenticates both sides by a key that they share; holds only where no other verification is
     * chosen. No certificate and no name is checked. ESP-TLS: {@code psk_hint_key}.
     */
    public Builder preSharedKey(PreSharedKey key) {
      preShared = Optional.of(new Trust.PreShared(List.of(key)));
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
     * Authenticates by a key in hardware. ESP-TLS: {@code use_secure_element}, {@code ds_data} or
     * {@code use_ecdsa_peripheral}, by {@link KeyReference#secureElement}, {@link
     * KeyReference#digitalSignature} or {@link KeyReference#ecdsaPeripheral}.
     */
    public Builder hardwareKey(KeyReference reference) {
      hardwareKeys.add(reference);
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

    /** Allows only these key-exchange groups. */
    public Builder groups(Collection<NamedGroup> only) {
      groups = List.copyOf(only);
      return this;
    }

    /** Asks for a proof that the server's certificate has not been revoked; NONE by default. */
    public Builder revocation(Revocation wanted) {
      revocation = wanted;
      return this;
    }

    /**
     * Keeps the sessions that servers offer, so that {@link TlsConnection#clientSession} captures
     * them and a later connection resumes them. ESP-TLS: {@code client_session}.
     */
    public Builder sessions() {
      sessions = true;
      return this;
    }

    /** As {@link #sessions()}, and tells of each new one. */
    public Builder sessions(ClientSessionListener listener) {
      sessionListener = Optional.of(listener);
      return sessions();
    }

    /**
     * Gives the secrets of connections away, for a protocol analyser. Works only while the
     * platform's insecure mode is on too, and is warned about on every connection.
     */
    public Builder insecureKeyLog(KeyLog log) {
      keyLog = Optional.of(log);
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
      ConfigParts.checkOneKey(identity, hardwareKeys);
      Trust trust = chooseTrust(ignored);
      if (trust instanceof Trust.PreShared) {
        identity.ifPresent(own -> ignored.add(own + ", because the pre-shared key authenticates"));
        hardwareKeys.forEach(
            key -> ignored.add(key + ", because the pre-shared key authenticates"));
        identity = Optional.empty();
        hardwareKeys.clear();
      }
      return new ClientConfig(this, trust, ignored);
    }

    private Trust chooseTrust(List<String> ignored) throws TlsException {
      if (plainTcp) {
        return new Trust.None();
      }
      Optional<Trust> chosen = Optional.empty();
      for (Optional<Trust> candidate :
          List.of(bundle, globalStore, authorities, preShared, insecure)) {
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
                      + " global CA store, a certificate bundle or a pre-shared key."));
    }
  }
}
