package io.sallyport.stack.bouncycastle;

import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Identity;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Revocation;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.Trust;
import io.sallyport.tls.engine.EngineFactory;
import io.sallyport.tls.engine.EngineMaterials;
import io.sallyport.tls.stack.PortableSession;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.SessionBinding;
import java.io.IOException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;

/**
 * Engines for what Bouncy Castle's JSSE cannot do and its TLS API can: pre-shared keys, sessions of
 * the caller's, the key log, own keys for EdDSA, stapled OCSP responses in TLS 1.3, and groups,
 * which its JSSE takes for the curves of signatures too.
 */
final class LowLevelEngines implements EngineFactory {
  private final String stack;
  private final PlatformCrypto platform;
  private final EngineMaterials materials;

  LowLevelEngines(String stack, PlatformCrypto platform, EngineMaterials materials) {
    this.stack = stack;
    this.platform = platform;
    this.materials = materials;
  }

  /** Whether a configuration is for these engines. */
  static boolean areFor(TlsConfig config) {
    boolean client =
        config instanceof ClientConfig own
            && (own.sessions() || own.revocation() != Revocation.NONE);
    return client
        || ownKeys(config).anyMatch(Credentials::isEdwards)
        || config.trust() instanceof Trust.PreShared
        || config.keyLog().isPresent()
        || !config.groups().isEmpty();
  }

  /** Those that are known beforehand. */
  private static Stream<PublicKey> ownKeys(TlsConfig config) {
    Stream<Identity> selectable =
        config instanceof ServerConfig server
            ? server.certificateSelector().stream().flatMap(s -> s.identities().stream())
            : Stream.empty();
    return Stream.concat(config.identity().stream(), selectable)
        .map(own -> own.certificate().getPublicKey());
  }

  @Override
  public SSLEngine newEngine(
      Peer peer, int key, Optional<String> serverName, Optional<ClientSession> session) {
    WatchedCrypto crypto = platform.watched();
    LowLevelEngine engine = new LowLevelEngine(peer.host(), key);
    Conversation conversation =
        new Conversation(materials, engine, crypto, serverName, resumable(session));
    materials.config().keyLog().ifPresent(log -> crypto.listen(new KeyLogLines(log, conversation)));
    engine.begin(
        materials.role() == Role.CLIENT
            ? new ClientSide(conversation)
            : new ServerSide(conversation));
    return engine;
  }

  private static Optional<SavedSession> resumable(Optional<ClientSession> session) {
    if (session.isEmpty() || !(session.get() instanceof PortableSession portable)) {
      return Optional.empty();
    }
    try {
      byte[] state = portable.state();
      try {
        return Optional.of(SavedSession.read(state));
      } finally {
        Arrays.fill(state, (byte) 0);
      }
    } catch (IOException e) {
      return Optional.empty(); // Closed meanwhile, or an older format: a full handshake then.
    }
  }

  @Override
  public Optional<Supplier<ClientSession>> newSession(SSLEngine engine) {
    Optional<SavedSession> fresh = ((LowLevelEngine) engine).takeNewSession();
    if (fresh.isEmpty() || !(materials.config() instanceof ClientConfig client)) {
      return Optional.empty();
    }
    SavedSession saved = fresh.get();
    byte[] binding =
        SessionBinding.of(client, materials.anchors(), new Peer(engine.getPeerHost(), 0));
    return Optional.of(
        () -> {
          byte[] state = saved.write();
          try {
            return new PortableSession(stack, saved.version(), saved.expires(), binding, state);
          } finally {
            Arrays.fill(state, (byte) 0);
          }
        });
  }
}
