package io.sallyport.tls.engine;

import io.sallyport.tls.CertificateSelector;
import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientHelloInfo;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Identity;
import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Revocation;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.Transport;
import io.sallyport.tls.Trust;
import io.sallyport.tls.key.FailingKey;
import io.sallyport.tls.names.HostnameMatcher;
import io.sallyport.tls.names.IpLiteral;
import io.sallyport.tls.stack.PortableSession;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.SessionBinding;
import io.sallyport.tls.stack.TlsStackContext;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.TrustAnchor;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A configuration, prepared: an {@link javax.net.ssl.SSLContext} and parameters that its engines
 * share.
 */
final class EngineContext implements TlsStackContext {
  private final EngineLibrary library;
  private final TlsConfig config;
  private final EngineSettings settings;
  private final PacketPool pool;
  private final EngineCalls calls;
  private final OwnIdentities identities;
  private final EngineFactory engines;
  private final List<TrustAnchor> anchors;
  private final Set<CipherSuite> allowedSuites;
  private final Set<String> allowedGroups;
  private final boolean opaqueKey;

  /** The port of an engine: what tells it from the others of this context. */
  private final AtomicInteger keys = new AtomicInteger();

  EngineContext(
      EngineLibrary library,
      TlsConfig config,
      EngineSettings settings,
      List<TrustAnchor> anchors,
      PacketPool pool,
      EngineCalls calls)
      throws TlsException {
    this.library = library;
    this.config = config;
    this.settings = settings;
    this.pool = pool;
    this.calls = calls;
    this.allowedSuites = Set.copyOf(settings.suites());
    this.allowedGroups =
        config.groups().stream().map(NamedGroup::name).collect(Collectors.toUnmodifiableSet());
    this.anchors = anchors;
    this.opaqueKey = hasOpaqueKey(config);
    try {
      this.identities = new OwnIdentities(library, config.identity());
      this.engines = engines();
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

  @Override
  public TlsHandle newHandle(Peer peer, Transport transport, Optional<ClientSession> session)
      throws TlsException {
    Optional<ClientSession> fitting = session.filter(candidate -> fits(candidate, peer));
    int key =
        fitting.isPresent() && fitting.get() instanceof CachedSession cached
            ? cached.key()
            : keys.incrementAndGet();
    try {
      SSLEngine engine =
          engines.newEngine(
              peer,
              key,
              config instanceof ClientConfig client ? serverName(client, peer) : Optional.empty(),
              fitting);
      return new EngineHandle(this, engine, key, peer, transport);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new TlsException(
          TlsErrorCode.SSL_SETUP_FAILED,
          "Stack " + library.name() + " cannot make an engine for " + peer + ": " + e.getMessage(),
          e);
    }
  }

  /** Whether a session was made under this very configuration, with this host and name. */
  private boolean fits(ClientSession session, Peer peer) {
    if (!(config instanceof ClientConfig client) || !client.sessions()) {
      return false;
    }
    if (session instanceof PortableSession portable) {
      return portable.fits(library.name(), SessionBinding.of(client, anchors, peer), Instant.now());
    }
    return session instanceof CachedSession cached && cached.fits(engines, peer);
  }

  @Override
  public void close() {
    engines.close(); // The rest is memory, which goes with the last reference to it.
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

  /** Whether a handshake may wait for a device; what a selector keeps for itself is unknown. */
  boolean hasOpaqueKey() {
    return opaqueKey;
  }

  /** What the device that holds the own key said; not every library passes that on. */
  Optional<TlsException> keyFailureSince(Instant moment) {
    return config
        .identity()
        .map(Identity::privateKey)
        .flatMap(
            key ->
                key instanceof FailingKey failing
                    ? failing.failureSince(moment)
                    : Optional.empty());
  }

  private static boolean hasOpaqueKey(TlsConfig config) {
    List<Identity> identities = new ArrayList<>();
    config.identity().ifPresent(identities::add);
    if (config instanceof ServerConfig server) {
      server.certificateSelector().ifPresent(selector -> identities.addAll(selector.identities()));
    }
    return identities.stream().anyMatch(EngineContext::isOpaque);
  }

  private static boolean isOpaque(Identity identity) {
    return identity.privateKey().getFormat() == null; // As getEncoded, and asks no hardware.
  }

  boolean preShared() {
    return config.trust() instanceof Trust.PreShared;
  }

  /** Whether a client's handle looks for sessions. */
  boolean capturesSessions() {
    return config instanceof ClientConfig client && client.sessions();
  }

  Optional<Supplier<ClientSession>> newSession(SSLEngine engine) {
    return engines.newSession(engine);
  }

  void tell(Peer peer, ClientSession session) {
    if (config instanceof ClientConfig client && client.sessionListener().isPresent()) {
      client.sessionListener().get().newSession(peer, session);
    } else {
      session.close();
    }
  }

  /** Whether a server's sessions must be forgotten as soon as they are made. */
  boolean forgetsSessions() {
    return config instanceof ServerConfig server
        && server.sessionTickets().filter(tickets -> !tickets.enabled()).isPresent();
  }

  /** The engine with this key needs no certificate any more. */
  void forgetChoice(int key) {
    identities.forget(key);
  }

  /** Chooses a server's certificate, where a selector does that. Called once for an engine. */
  void chooseCertificate(int key, ClientHello hello, Peer peer) throws IOException {
    if (!(config instanceof ServerConfig server) || server.certificateSelector().isEmpty()) {
      return;
    }
    List<String> offered = hello.applicationProtocols();
    ClientHelloInfo info =
        new ClientHelloInfo(
            peer,
            hello.serverName(),
            offered,
            config.alpn().stream().filter(offered::contains).findFirst());
    Optional<Identity> selected = select(server.certificateSelector().get(), info);
    if (selected.isPresent()) {
      try {
        identities.choose(key, selected.get());
      } catch (GeneralSecurityException e) {
        throw internalError(
            "Stack " + library.name() + " cannot use " + selected.get() + ": " + e.getMessage(), e);
      }
    } else if (config.identity().isEmpty()) {
      throw new LocalAlertException(
          AlertDescription.UNRECOGNIZED_NAME,
          "The client "
              + peer
              + hello.serverName().map(name -> " asked for the name " + name).orElse(" named none")
              + ", and the certificate selector has none for it.");
    }
  }

  private static Optional<Identity> select(CertificateSelector selector, ClientHelloInfo info)
      throws IOException {
    try {
      return selector.select(info);
    } catch (TlsException e) {
      throw internalError("The certificate selector refused " + info.peer(), e);
    } catch (RuntimeException e) {
      throw internalError("The certificate selector failed for " + info.peer(), e);
    }
  }

  private static LocalAlertException internalError(String what, Exception cause) {
    LocalAlertException error =
        new LocalAlertException(AlertDescription.INTERNAL_ERROR, what + ": " + cause.getMessage());
    error.initCause(cause);
    return error;
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
  void checkOutcome(HandshakeSummary outcome, Optional<String> protocol, Peer peer)
      throws TlsException {
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
    if (!allowedGroups.isEmpty()
        && outcome.group().filter(group -> !allowedGroups.contains(group)).isPresent()) {
      throw mismatch(peer, "the group " + outcome.group().get(), config.groups());
    }
    if (protocol.filter(chosen -> !config.alpn().contains(chosen)).isPresent()) {
      throw mismatch(peer, "the ALPN protocol " + protocol.get(), config.alpn());
    }
    if (preShared() && outcome.version() == TlsVersion.TLS_1_3 && !outcome.resumed()) {
      throw new TlsException(
          TlsErrorCode.SSL_HANDSHAKE_FAILED,
          "The peer "
              + peer
              + " authenticated by something else than the pre-shared key; check its configuration.");
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
  private static Optional<String> serverName(ClientConfig client, Peer peer) {
    return client
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

  private EngineFactory engines() throws GeneralSecurityException {
    X509ExtendedTrustManager verifier = verifier();
    Optional<EngineFactory> own =
        library.engines(
            new EngineMaterials(
                settings.role(),
                settings.versions(),
                settings.suites(),
                config,
                verifier,
                identities,
                anchors));
    return own.isPresent()
        ? own.get()
        : new ContextEngines(
            library, settings, keyManagers(), new TrustManager[] {verifier}, anchors);
  }

  private KeyManager[] keyManagers() {
    List<KeyManager> managers = new ArrayList<>(library.keyManagers(config));
    boolean selects =
        config instanceof ServerConfig server && server.certificateSelector().isPresent();
    if (selects || config.identity().isPresent()) {
      managers.add(new IdentityKeyManager(identities));
    }
    return managers.toArray(new KeyManager[0]);
  }

  private X509ExtendedTrustManager verifier() {
    if (config.trust() instanceof Trust.Insecure) {
      return new AcceptAnyPeer();
    }
    return new PeerVerifier(
        anchors,
        host ->
            config instanceof ClientConfig client ? client.nameToVerify(host) : Optional.empty(),
        config instanceof ClientConfig client ? client.revocation() : Revocation.NONE,
        InstantSource.system());
  }
}
