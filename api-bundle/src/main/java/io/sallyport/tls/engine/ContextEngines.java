package io.sallyport.tls.engine;

import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Peer;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.SessionTickets;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.PortableSession;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.SessionBinding;
import java.security.GeneralSecurityException;
import java.security.cert.TrustAnchor;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;

/**
 * Engines of an {@link SSLContext}. Libraries look their client sessions up by host and port; the
 * port is a key of ours, so that a connection resumes the session that it was given and no other.
 */
final class ContextEngines implements EngineFactory {
  /** Sessions that a client's context keeps where sessions are captured. */
  private static final int CAPTURED_SESSIONS = 1000;

  private static final Duration SESSION_LIFETIME = Duration.ofDays(1);

  private final EngineLibrary library;
  private final EngineSettings settings;
  private final KeyManager[] keyManagers;
  private final TrustManager[] trustManagers;
  private final List<TrustAnchor> anchors;
  private final Supplier<SSLContext> contexts;
  private final Optional<SessionStore> store;
  private final EnginesLink link = new EnginesLink(this);

  /** Parameters for connections without a server name of their own. */
  private final SSLParameters parameters;

  /** Ids of the sessions of an engine that have been told of; the eldest are forgotten. */
  private final Map<Integer, Set<String>> known =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Set<String>> eldest) {
              return size() > CAPTURED_SESSIONS;
            }
          });

  ContextEngines(
      EngineLibrary library,
      EngineSettings settings,
      KeyManager[] keyManagers,
      TrustManager[] trustManagers,
      List<TrustAnchor> anchors)
      throws GeneralSecurityException {
    this.library = library;
    this.settings = settings;
    this.keyManagers = keyManagers;
    this.trustManagers = trustManagers;
    this.anchors = anchors;
    this.parameters = settings.parameters(List.of());
    SSLContext first = newContext();
    this.contexts = contexts(first);
    this.store = capturesSessions() ? library.sessionStore(first) : Optional.empty();
  }

  @Override
  public SSLEngine newEngine(
      Peer peer, int key, Optional<String> serverName, Optional<ClientSession> session)
      throws GeneralSecurityException {
    if (session.isPresent() && session.get() instanceof PortableSession portable) {
      restore(peer, key, portable);
    }
    SSLEngine engine = contexts.get().createSSLEngine(peer.host(), key);
    try {
      engine.setUseClientMode(settings.role() == Role.CLIENT);
      library.configure(
          engine,
          serverName.isEmpty()
              ? parameters
              : settings.parameters(List.of(new SNIHostName(serverName.get()))),
          serverName);
      if (!settings.config().groups().isEmpty()) {
        library.restrictGroups(engine, settings.config().groups());
      }
      if (capturesSessions()) {
        library.useSessionTickets(engine, true);
      }
      if (settings.config() instanceof ServerConfig server) { // By itself: what it can.
        library.useSessionTickets(
            engine, server.sessionTickets().map(SessionTickets::enabled).orElse(true));
      }
      return engine;
    } catch (RuntimeException e) {
      library.release(engine);
      throw e;
    }
  }

  /**
   * The keys of a server's tickets live as long as its context, in every library. So a context is
   * replaced when the tickets' lifetime is over; and with each connection, where tickets are off
   * and the library cannot be told so.
   */
  private Supplier<SSLContext> contexts(SSLContext first) {
    Optional<SessionTickets> tickets =
        settings.config() instanceof ServerConfig server
            ? server.sessionTickets()
            : Optional.empty();
    if (tickets.isEmpty()) {
      return () -> first;
    }
    if (tickets.get().enabled()) {
      return new RotatingContext(first, tickets.get().lifetime(), this::newContext);
    }
    return library.resumesAsLongAsItsContext()
        ? () -> RotatingContext.make(this::newContext)
        : () -> first;
  }

  private SSLContext newContext() throws GeneralSecurityException {
    SSLContext context = library.newContext();
    context.init(keyManagers, trustManagers, null);
    if (settings.role() == Role.CLIENT) {
      context
          .getClientSessionContext()
          .setSessionCacheSize(capturesSessions() ? CAPTURED_SESSIONS : 1);
    } else if (settings.config() instanceof ServerConfig server) {
      server
          .sessionTickets()
          .filter(SessionTickets::enabled)
          .ifPresent(
              tickets ->
                  context
                      .getServerSessionContext()
                      .setSessionTimeout((int) tickets.lifetime().toSeconds()));
    }
    return context;
  }

  private boolean capturesSessions() {
    return settings.config() instanceof ClientConfig client && client.sessions();
  }

  @Override
  public Optional<Supplier<ClientSession>> newSession(SSLEngine engine) {
    int key = engine.getPeerPort();
    Map<String, SSLSession> there = sessions(key);
    if (known.getOrDefault(key, Set.of()).containsAll(there.keySet())) {
      return Optional.empty();
    }
    known.put(key, Set.copyOf(there.keySet()));
    Peer peer = new Peer(engine.getPeerHost(), 0);
    TlsVersion version =
        there.values().iterator().next().getProtocol().equals(TlsVersion.TLS_1_3.protocol())
            ? TlsVersion.TLS_1_3
            : TlsVersion.TLS_1_2;
    return Optional.of(() -> new CachedSession(library.name(), link, peer, key, version));
  }

  @Override
  public void close() {
    link.cut();
  }

  /** The context's sessions of one key, by their ids in hexadecimal. */
  private Map<String, SSLSession> sessions(int key) {
    SSLSessionContext cache = contexts.get().getClientSessionContext();
    Map<String, SSLSession> found = new HashMap<>();
    for (byte[] id : Collections.list(cache.getIds())) {
      SSLSession session = cache.getSession(id);
      if (session != null && session.getPeerPort() == key) {
        found.put(HexFormat.of().formatHex(id), session);
      }
    }
    return found;
  }

  PortableSession export(Peer peer, int key, TlsVersion version) throws TlsException {
    if (store.isEmpty()) {
      throw cannotLeave(version);
    }
    byte[] state =
        store
            .get()
            .get(peer.host(), key)
            .orElseThrow(
                () ->
                    sessions(key).isEmpty()
                        ? new TlsException(
                            TlsErrorCode.INVALID_STATE,
                            "The session with " + peer.host() + " has been dropped or used up.")
                        : cannotLeave(version));
    try {
      byte[] binding = SessionBinding.of((ClientConfig) settings.config(), anchors, peer);
      return new PortableSession(
          library.name(), version, Instant.now().plus(SESSION_LIFETIME), binding, state);
    } finally {
      Arrays.fill(state, (byte) 0);
    }
  }

  private TlsException cannotLeave(TlsVersion version) {
    return new TlsException(
        TlsErrorCode.NOT_SUPPORTED,
        "Stack "
            + library.name()
            + " does not support sessions as bytes as client with "
            + version.protocol()
            + "; the session can be resumed within this process only.");
  }

  private void restore(Peer peer, int key, PortableSession portable) {
    if (store.isPresent()) {
      try {
        byte[] state = portable.state();
        store.get().put(peer.host(), key, state);
        Arrays.fill(state, (byte) 0);
      } catch (TlsException e) {
        // Closed meanwhile: a full handshake then.
      }
    }
  }
}
