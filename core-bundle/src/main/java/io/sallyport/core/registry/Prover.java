package io.sallyport.core.registry;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Identity;
import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.PreSharedKey;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.Trust;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.TlsStackContext;
import io.sallyport.tls.stack.TlsStackOps;
import java.security.interfaces.RSAKey;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a stack can carry the traffic before it does: prepares every configuration in
 * use and completes handshakes in memory, with each own certificate and key in its role, or a
 * pre-shared key, and in each protocol version that the configuration allows and the stack
 * declares.
 */
final class Prover {
  private static final List<TlsVersion> VERSIONS = List.of(TlsVersion.TLS_1_3, TlsVersion.TLS_1_2);

  private static final Duration TOO_SLOW = Duration.ofNanos(StackCalls.LIMIT_NANOS);

  /** Certificates of smaller keys are refused by verifiers, so none is made to be verified. */
  private static final int LEAST_RSA_BITS = 2048;

  private final ThrowAwayPki pki;
  private final ConfigResolver resolver;

  Prover(ThrowAwayPki pki, ConfigResolver resolver) {
    this.pki = pki;
    this.resolver = resolver;
  }

  /** Whether what it proves with has not expired. */
  boolean isCurrent() {
    return pki.isCurrent();
  }

  /**
   * Proves a stack.
   *
   * @return the prepared contexts of all configurations, now the caller's
   * @throws TlsException why the stack cannot carry the traffic; nothing is left prepared
   */
  Proved prove(TlsStackOps ops, Collection<TlsConfig> inUse) throws TlsException {
    Optional<Identity> own = ops.identity();
    boolean proved =
        own.isPresent()
            ? proveServer(ops, ServerConfig.builder().identity(own.get()).build(), own.get())
            : proveVerification(ops);
    if (!proved) {
      throw new TlsException(
          TlsErrorCode.SSL_SETUP_FAILED,
          "It declares no protocol version as client and as server, so no handshake in memory can"
              + " prove it.");
    }
    return new Proved(
        proveConfigurations(ops, own.isPresent(), inUse), own.isPresent(), ops.capabilities());
  }

  /**
   * Prepares configurations and completes handshakes with each.
   *
   * @param ownIdentity whether the stack shows an identity of its own instead of a configured one
   * @throws TlsException as {@link #prove}
   */
  Map<TlsConfig, TlsStackContext> proveConfigurations(
      TlsStackOps ops, boolean ownIdentity, Collection<TlsConfig> inUse) throws TlsException {
    Map<TlsConfig, TlsStackContext> prepared = new HashMap<>();
    boolean proved = false;
    try {
      for (TlsConfig config : inUse) {
        TlsConfig complete = resolver.resolve(config, ops);
        prepared.put(config, present(ops.prepare(complete)));
        for (Identity identity : identities(complete)) {
          if (complete instanceof ClientConfig && !ownIdentity && mayBeVerified(identity)) {
            proveClient(ops, complete, identity);
          } else {
            proveServer(ops, complete, identity);
          }
        }
        if (config.trust() instanceof Trust.PreShared preShared) {
          provePreSharedKey(ops, config, preShared.keys().get(0));
        }
      }
      proved = true;
      return prepared;
    } finally {
      if (!proved) {
        prepared.values().forEach(Proved::closeQuietly);
      }
    }
  }

  /** A context that is there. */
  static TlsStackContext present(@Nullable TlsStackContext context) throws TlsException {
    if (context == null) {
      throw new TlsException(
          TlsErrorCode.SSL_SETUP_FAILED,
          "Its operation 'prepare' returned null; report that to the stack's maker.");
    }
    return context;
  }

  /** The whole of it once: authority and name are checked, both roles, each version. */
  private boolean proveVerification(TlsStackOps ops) throws TlsException {
    boolean proved = false;
    for (TlsVersion version : VERSIONS) {
      if (declared(ops, version)) {
        ClientConfig client =
            ClientConfig.builder()
                .authorities(List.of(pki.authority()))
                .commonName("localhost")
                .version(version)
                .build();
        ServerConfig server =
            ServerConfig.builder().identity(pki.server()).version(version).build();
        rehearse(ops, client, server, version, false);
        proved = true;
      }
    }
    return proved;
  }

  private static boolean mayBeVerified(Identity identity) {
    return !(identity.certificate().getPublicKey() instanceof RSAKey rsa)
        || rsa.getModulus().bitLength() >= LEAST_RSA_BITS;
  }

  /**
   * An own key as a client's, which a server verifies. The certificate is one made for the purpose:
   * the operator chose the real one, and an expired one must not keep a sound stack from taking
   * over.
   */
  private void proveClient(TlsStackOps ops, TlsConfig config, Identity identity)
      throws TlsException {
    Identity certified = pki.certify(identity.certificate().getPublicKey(), identity.privateKey());
    for (TlsVersion version : VERSIONS) {
      if (possible(ops, config, version)) {
        ClientConfig.Builder client =
            ClientConfig.builder()
                .authorities(List.of(pki.authority()))
                .commonName("localhost")
                .identity(certified);
        ServerConfig.Builder server =
            ServerConfig.builder()
                .identity(wantsRsa(config, version) ? pki.rsaServer() : pki.server())
                .clientAuthorities(List.of(pki.authority()));
        rehearse(ops, config, version, client, server);
      }
    }
  }

  /** Whether the suites leave a server no other key; those of TLS 1.3 say nothing about it. */
  private static boolean wantsRsa(TlsConfig config, TlsVersion version) {
    List<CipherSuite> suites = suites(config, version);
    return version == TlsVersion.TLS_1_2
        && !suites.isEmpty()
        && suites.stream().noneMatch(suite -> suite.name().contains("_ECDSA_"));
  }

  /** An own certificate and key as a server's. Here, too, the certificate is not judged. */
  private static boolean proveServer(TlsStackOps ops, TlsConfig config, Identity identity)
      throws TlsException {
    boolean proved = false;
    for (TlsVersion version : VERSIONS) {
      if (possible(ops, config, version)) {
        ClientConfig.Builder client =
            ClientConfig.builder().insecureSkipVerification().skipCommonName();
        rehearse(ops, config, version, client, ServerConfig.builder().identity(identity));
        proved = true;
      }
    }
    return proved;
  }

  /** One key stands for all: that they differ, no stack knows. */
  private static void provePreSharedKey(TlsStackOps ops, TlsConfig config, PreSharedKey key)
      throws TlsException {
    for (TlsVersion version : VERSIONS) {
      if (possible(ops, config, version)) {
        ClientConfig.Builder client = ClientConfig.builder().preSharedKey(key).skipCommonName();
        ServerConfig.Builder server = ServerConfig.builder().preSharedKeys(List.of(key));
        rehearse(ops, config, version, client, server);
      }
    }
  }

  private static Set<Identity> identities(TlsConfig config) {
    Set<Identity> identities = new LinkedHashSet<>();
    config.identity().ifPresent(identities::add);
    if (config instanceof ServerConfig server) {
      server.certificateSelector().ifPresent(selector -> identities.addAll(selector.identities()));
    }
    return identities;
  }

  private static boolean possible(TlsStackOps ops, TlsConfig config, TlsVersion version) {
    List<CipherSuite> suites = suites(config, version);
    return config.version().allows(version)
        && declared(ops, version)
        && (config.cipherSuites().isEmpty() || !suites.isEmpty());
  }

  private static List<CipherSuite> suites(TlsConfig config, TlsVersion version) {
    return config.cipherSuites().stream().filter(suite -> suite.version() == version).toList();
  }

  /** With the suites, groups and protocols of the configuration. */
  private static void rehearse(
      TlsStackOps ops,
      TlsConfig config,
      TlsVersion version,
      ClientConfig.Builder client,
      ServerConfig.Builder server)
      throws TlsException {
    List<CipherSuite> suites = suites(config, version);
    client.version(version).cipherSuites(suites).alpn(config.alpn());
    server.version(version).cipherSuites(suites).alpn(config.alpn());
    List<NamedGroup> groups =
        config.groups().stream()
            .filter(group -> version == TlsVersion.TLS_1_3 || !group.isPostQuantum())
            .toList();
    client.groups(groups);
    server.groups(groups);
    ClientConfig asClient = client.build();
    ServerConfig asServer = server.build();
    boolean device = Device.holdsKeyOf(asClient) || Device.holdsKeyOf(asServer);
    rehearse(ops, asClient, asServer, version, device);
  }

  private static boolean declared(TlsStackOps ops, TlsVersion version) {
    return ops.capabilities().supports(Feature.HANDSHAKE, version, Role.CLIENT)
        && ops.capabilities().supports(Feature.HANDSHAKE, version, Role.SERVER);
  }

  private static void rehearse(
      TlsStackOps ops, ClientConfig client, ServerConfig server, TlsVersion version, boolean device)
      throws TlsException {
    TlsStackContext clientContext = present(ops.prepare(client));
    try {
      TlsStackContext serverContext = present(ops.prepare(server));
      try {
        Duration slowest = Rehearsal.perform(clientContext, serverContext, version);
        if (slowest.compareTo(TOO_SLOW) > 0
            && !device
            && ops.identity().isEmpty()) { // Once may be the machine, or classes that load.
          refuseSlow(Rehearsal.perform(clientContext, serverContext, version));
        }
      } finally {
        serverContext.close();
      }
    } finally {
      clientContext.close();
    }
  }

  private static void refuseSlow(Duration slowest) throws TlsException {
    if (slowest.compareTo(TOO_SLOW) > 0) {
      throw new TlsException(
          TlsErrorCode.TIMEOUT,
          "One of its operations took "
              + slowest.toMillis()
              + " ms, twice, which would hold up every connection of an event loop.");
    }
  }
}
