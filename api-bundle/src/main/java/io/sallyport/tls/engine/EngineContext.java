package io.sallyport.tls.engine;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Identity;
import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.Transport;
import io.sallyport.tls.Trust;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.TlsStackContext;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A configuration, prepared: an {@link SSLContext} and parameters that its engines share. */
final class EngineContext implements TlsStackContext {
  private final EngineLibrary library;
  private final TlsConfig config;
  private final EngineSettings settings;
  private final PacketPool pool;
  private final EngineCalls calls;
  private final SSLContext sslContext;
  private final Set<CipherSuite> allowedSuites;

  /** Parameters for connections without a server name of their own. */
  private final SSLParameters parameters;

  EngineContext(
      EngineLibrary library,
      TlsConfig config,
      EngineSettings settings,
      List<X509Certificate> anchors,
      PacketPool pool,
      EngineCalls calls)
      throws TlsException {
    this.library = library;
    this.config = config;
    this.settings = settings;
    this.pool = pool;
    this.calls = calls;
    this.allowedSuites = Set.copyOf(settings.suites());
    this.parameters = settings.parameters(List.of());
    this.sslContext = newContext(anchors);
  }

  @Override
  public TlsHandle newHandle(Peer peer, Transport transport) throws TlsException {
    SSLEngine engine = null;
    try {
      engine = sslContext.createSSLEngine(peer.host(), peer.port());
      boolean client = settings.role() == Role.CLIENT;
      engine.setUseClientMode(client);
      Optional<String> serverName = client ? serverName(peer) : Optional.empty();
      library.configure(
          engine,
          serverName.isEmpty()
              ? parameters
              : settings.parameters(List.of(new SNIHostName(serverName.get()))),
          serverName);
      return new EngineHandle(this, engine, peer, transport);
    } catch (RuntimeException e) {
      if (engine != null) {
        library.release(engine);
      }
      throw new TlsException(
          TlsErrorCode.SSL_SETUP_FAILED,
          "Stack " + library.name() + " cannot make an engine for " + peer + ": " + e.getMessage(),
          e);
    }
  }

  @Override
  public void close() {
    // The context holds memory only, which goes with the last reference to it.
  }

  Role role() {
    return settings.role();
  }

  EngineLibrary library() {
    return library;
  }

  PacketPool pool() {
    return pool;
  }

  EngineCalls calls() {
    return calls;
  }

  boolean requiresClientCertificate() {
    return settings.requiresClientCertificate();
  }

  /** Refuses what the peer offers before the engine sees it, where libraries differ. */
  void checkOffer(HandshakeObserver seen, Peer peer) throws SSLException {
    if (settings.role() != Role.SERVER || seen.clientHello().isEmpty()) {
      return;
    }
    ClientHello hello = seen.clientHello().get();
    int lowest = settings.allows(TlsVersion.TLS_1_2) ? 0x0303 : 0x0304;
    if (hello.highestVersion() < lowest) {
      throw new LocalAlertException(
          AlertDescription.PROTOCOL_VERSION,
          "The client "
              + peer
              + " offers at most "
              + versionName(hello.highestVersion())
              + ", this side needs "
              + (lowest == 0x0303 ? "TLS 1.2 or newer" : "TLS 1.3")
              + ".");
    }
    if (hello.lowestVersion() == 0x0304 && !settings.allows(TlsVersion.TLS_1_3)) {
      throw new LocalAlertException(
          AlertDescription.PROTOCOL_VERSION,
          "The client " + peer + " offers only TLS 1.3, this side is configured for TLS 1.2.");
    }
    if (hello.alpnOffered()
        && !config.alpn().isEmpty()
        && Collections.disjoint(hello.applicationProtocols(), config.alpn())) {
      throw new LocalAlertException(
          AlertDescription.NO_APPLICATION_PROTOCOL,
          "The client "
              + peer
              + " offers only the ALPN protocols "
              + hello.applicationProtocols()
              + ", this side speaks "
              + config.alpn()
              + ".");
    }
  }

  /** Refuses a result that the configuration does not allow: some libraries ignore settings. */
  void checkOutcome(HandshakeSummary outcome, Peer peer) throws TlsException {
    if (!settings.allows(outcome.version())) {
      throw mismatch(peer, "the version " + outcome.version(), settings.versions());
    }
    Optional<CipherSuite> suite = CipherSuite.ofNumber(outcome.cipherSuite());
    if (suite.isEmpty() || !allowedSuites.contains(suite.get())) {
      throw mismatch(
          peer,
          "the cipher suite "
              + suite
                  .map(CipherSuite::name)
                  .orElseGet(() -> String.format("0x%04x", outcome.cipherSuite())),
          settings.suites());
    }
  }

  private TlsException mismatch(Peer peer, String what, List<?> allowed) {
    return new TlsException(
        TlsErrorCode.SSL_HANDSHAKE_FAILED,
        "The handshake with "
            + peer
            + " agreed on "
            + what
            + ", which the configuration does not allow; it allows "
            + allowed
            + ".");
  }

  private static String versionName(int version) {
    return switch (version) {
      case 0x0300 -> "SSL 3.0";
      case 0x0301 -> "TLS 1.0";
      case 0x0302 -> "TLS 1.1";
      case 0x0303 -> "TLS 1.2";
      default -> String.format("0x%04x", version);
    };
  }

  /** The name for SNI: the one to verify, unless it is an address (RFC 6066 section 3). */
  private Optional<String> serverName(Peer peer) {
    return ((ClientConfig) config)
        .nameToVerify(peer.host())
        .filter(name -> IpLiteral.parse(name).isEmpty())
        .map(HostnameMatcher::normalize)
        .filter(EngineContext::isServerName);
  }

  private static boolean isServerName(String name) {
    try {
      return !new SNIHostName(name).getAsciiName().isEmpty();
    } catch (IllegalArgumentException e) {
      return false; // No host name, so nothing to indicate; verification will judge it.
    }
  }

  private SSLContext newContext(List<X509Certificate> anchors) throws TlsException {
    try {
      SSLContext context = library.newContext();
      context.init(keyManagers(), new TrustManager[] {trustManager(anchors)}, null);
      return context;
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new TlsException(
          TlsErrorCode.SSL_SETUP_FAILED,
          "Stack "
              + library.name()
              + " refuses the configuration"
              + config.identity().map(own -> " with " + own).orElse("")
              + ": "
              + e.getMessage()
              + ".",
          e);
    }
  }

  private KeyManager[] keyManagers() throws GeneralSecurityException {
    if (config.identity().isEmpty()) {
      return new KeyManager[0];
    }
    Identity own = library.adapt(config.identity().get());
    return new KeyManager[] {new IdentityKeyManager(own)};
  }

  private X509ExtendedTrustManager trustManager(List<X509Certificate> anchors) {
    if (config.trust() instanceof Trust.Insecure) {
      return new AcceptAnyPeer();
    }
    return new PeerVerifier(
        anchors,
        host ->
            config instanceof ClientConfig client ? client.nameToVerify(host) : Optional.empty(),
        InstantSource.system());
  }
}
