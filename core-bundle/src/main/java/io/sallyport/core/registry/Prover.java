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
 * use and completes handshakes in memory, with each own certificate and key, or a pre-shared key,
 * and in each protocol version that the configuration allows and the stack declares.
 */
final class Prover {
  private static final List<TlsVersion> VERSIONS = List.of(TlsVersion.TLS_1_3, TlsVersion.TLS_1_2);

  private static final Duration TOO_SLOW = Duration.ofSeconds(1);

  private final Identity throwAway;
  private final ConfigResolver resolver;

  Prover(Identity throwAway, ConfigResolver resolver) {
    this.throwAway = throwAway;
    this.resolver = resolver;
  }

  /**
   * Proves a stack.
   *
   * @return the prepared contexts of all configurations, now the caller's
   * @throws TlsException why the stack cannot carry the traffic; nothing is left prepared
   */
  Proved prove(TlsStackOps ops, Collection<TlsConfig> inUse) throws TlsException {
    Optional<Identity> own = ops.identity();
    if (own.isPresent()) {
      proveIdentity(ops, ServerConfig.builder().identity(own.get()).build(), own.get());
    } else {
      proveVerification(ops);
    }
    return new Proved(proveConfigurations(ops, inUse), own.isPresent());
  }

  /**
   * Prepares configurations and completes handshakes with each.
   *
   * @throws TlsException as {@link #prove}
   */
  Map<TlsConfig, TlsStackContext> proveConfigurations(TlsStackOps ops, Collection<TlsConfig> inUse)
      throws TlsException {
    Map<TlsConfig, TlsStackContext> prepared = new HashMap<>();
    boolean proved = false;
    try {
      for (TlsConfig config : inUse) {
        TlsConfig complete = resolver.resolve(config, ops);
        prepared.put(config, present(ops.prepare(complete)));
        for (Identity identity : identities(complete)) {
          proveIdentity(ops, complete, identity);
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
  private void proveVerification(TlsStackOps ops) throws TlsException {
    for (TlsVersion version : VERSIONS) {
      if (declared(ops, version)) {
        ClientConfig client =
            ClientConfig.builder()
                .authorities(throwAway.chain())
                .commonName("localhost")
                .version(version)
                .build();
        ServerConfig server = ServerConfig.builder().identity(throwAway).version(version).build();
        rehearse(ops, client, server, version);
      }
    }
  }

  /**
   * An own certificate and key. The certificate is not judged here: the operator chose it, and an
   * expired one must not keep a sound stack from taking over.
   */
  private static void proveIdentity(TlsStackOps ops, TlsConfig config, Identity identity)
      throws TlsException {
    for (TlsVersion version : VERSIONS) {
      if (possible(ops, config, version)) {
        ClientConfig.Builder client =
            ClientConfig.builder().insecureSkipVerification().skipCommonName();
        rehearse(ops, config, version, client, ServerConfig.builder().identity(identity));
      }
    }
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
    rehearse(ops, client.build(), server.build(), version);
  }

  private static boolean declared(TlsStackOps ops, TlsVersion version) {
    return ops.capabilities().supports(Feature.HANDSHAKE, version, Role.CLIENT)
        && ops.capabilities().supports(Feature.HANDSHAKE, version, Role.SERVER);
  }

  private static void rehearse(
      TlsStackOps ops, ClientConfig client, ServerConfig server, TlsVersion version)
      throws TlsException {
    TlsStackContext clientContext = present(ops.prepare(client));
    try {
      TlsStackContext serverContext = present(ops.prepare(server));
      try {
        Duration slowest = Rehearsal.perform(clientContext, serverContext, version);
        if (slowest.compareTo(TOO_SLOW) > 0) { // Once may be the machine, or classes that load.
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
