package io.sallyport.tls.engine;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Identity;
import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.Revocation;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.SessionTickets;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.Trust;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;

/**
 * A configuration in an engine's terms.
 *
 * @param role the own side
 * @param versions TLS_1_3 and TLS_1_2 or one of them
 * @param suites the suites to allow, in order
 * @param config where it comes from
 */
record EngineSettings(
    Role role, List<TlsVersion> versions, List<CipherSuite> suites, TlsConfig config) {
  private static final int P521_BITS = 521;

  static EngineSettings of(EngineLibrary library, TlsConfig config, List<CipherSuite> supported)
      throws TlsException {
    Role role = config instanceof ServerConfig ? Role.SERVER : Role.CLIENT;
    List<CipherSuite> suites = suites(library.name(), config, supported);
    List<TlsVersion> versions = versions(config);
    EngineSettings settings = new EngineSettings(role, versions, suites, config);
    settings.requireCapabilities(library, supported);
    library.check(config);
    return settings;
  }

  /** Parameters for an engine; a client's without a server name where there is none to send. */
  SSLParameters parameters(List<SNIHostName> serverNames) {
    SSLParameters parameters =
        new SSLParameters(
            suites.stream().map(CipherSuite::name).toArray(String[]::new),
            versions.stream().map(TlsVersion::protocol).toArray(String[]::new));
    if (!config.alpn().isEmpty()) {
      parameters.setApplicationProtocols(config.alpn().toArray(new String[0]));
    }
    if (role == Role.SERVER) {
      parameters.setUseCipherSuitesOrder(true);
      parameters.setNeedClientAuth(requiresClientCertificate());
    } else {
      parameters.setServerNames(List.copyOf(serverNames));
    }
    return parameters;
  }

  boolean requiresClientCertificate() {
    return config instanceof ServerConfig server && server.clientCertificateRequired();
  }

  boolean allows(TlsVersion version) {
    return versions.contains(version);
  }

  private static List<CipherSuite> suites(
      String stack, TlsConfig config, List<CipherSuite> supported) throws TlsException {
    if (config.cipherSuites().isEmpty()) {
      return supported.stream().filter(suite -> suits(suite, config)).toList();
    }
    for (CipherSuite suite : config.cipherSuites()) {
      if (!supported.contains(suite)) {
        throw new TlsException(
            TlsErrorCode.INVALID_ARG,
            "Stack "
                + stack
                + " does not support the cipher suite "
                + suite
                + "; it supports "
                + String.join(", ", supported.stream().map(CipherSuite::name).toList())
                + ".");
      }
    }
    return config.cipherSuites();
  }

  /** What is used where no list is configured. */
  private static boolean suits(CipherSuite suite, TlsConfig config) {
    boolean preShared = config.trust() instanceof Trust.PreShared;
    boolean sameKind =
        suite.isTls13()
            ? !preShared || suite.name().endsWith("_SHA256") // The hash of an external key.
            : suite.isPreShared() == preShared;
    return sameKind && suite.isStrong();
  }

  /** The allowed versions; where suites are listed, those that one of them belongs to. */
  private static List<TlsVersion> versions(TlsConfig config) {
    return Stream.of(TlsVersion.TLS_1_3, TlsVersion.TLS_1_2)
        .filter(config.version()::allows)
        .filter(
            version ->
                config.cipherSuites().isEmpty()
                    || config.cipherSuites().stream().anyMatch(suite -> suite.version() == version))
        .toList();
  }

  private void requireCapabilities(EngineLibrary library, List<CipherSuite> supported)
      throws TlsException {
    Capabilities capabilities = library.capabilities();
    List<Feature> needed = new ArrayList<>(List.of(Feature.HANDSHAKE));
    if (!config.alpn().isEmpty()) {
      needed.add(Feature.ALPN);
    }
    boolean authenticates = role == Role.CLIENT && config.identity().isPresent();
    if (authenticates || requiresClientCertificate()) {
      needed.add(Feature.CLIENT_CERTIFICATE);
    }
    if (config.trust() instanceof Trust.PreShared) {
      needed.add(Feature.PSK);
    }
    if (config.keyLog().isPresent()) {
      needed.add(Feature.KEY_LOG);
    }
    config.identity().ifPresent(own -> needed.addAll(neededBy(own)));
    if (config instanceof ClientConfig client) {
      needed.addAll(neededByClient(client));
    } else if (config instanceof ServerConfig server) {
      needed.addAll(neededByServer(server));
    }
    for (TlsVersion version : versions) {
      for (Feature feature : needed) {
        capabilities.require(library.name(), feature, version, role);
      }
      if (!config.cipherSuites().isEmpty() && !takesAll(version, supported)) {
        capabilities.require(library.name(), Feature.CIPHER_SUITE_SELECTION, version, role);
      }
    }
    requireGroups(library);
  }

  /** What not every library can sign with. */
  private static List<Feature> neededBy(Identity own) {
    List<Feature> needed = new ArrayList<>();
    PublicKey key = own.certificate().getPublicKey();
    if (key instanceof ECKey ec && ec.getParams().getOrder().bitLength() == P521_BITS) {
      needed.add(Feature.ECDSA_P521);
    }
    if (key instanceof EdECKey) {
      needed.add(Feature.ED25519);
    }
    if (own.privateKey().getFormat() == null) { // As getEncoded, and asks no hardware.
      needed.add(Feature.OPAQUE_KEYS);
    }
    return needed;
  }

  private static List<Feature> neededByClient(ClientConfig client) {
    List<Feature> needed = new ArrayList<>();
    if (client.sessions()) {
      needed.add(Feature.SESSION_RESUMPTION);
    }
    if (client.revocation() != Revocation.NONE) {
      needed.add(Feature.OCSP_STAPLING);
    }
    return needed;
  }

  private static List<Feature> neededByServer(ServerConfig server) {
    List<Feature> needed = new ArrayList<>();
    if (server.sessionTickets().filter(SessionTickets::enabled).isPresent()) {
      needed.add(Feature.SESSION_TICKETS);
    }
    if (server.certificateSelector().isPresent()) {
      needed.add(Feature.CERTIFICATE_SELECTION);
      server
          .certificateSelector()
          .get()
          .identities()
          .forEach(identity -> needed.addAll(neededBy(identity)));
    }
    return needed;
  }

  /** Hybrid groups exist in TLS 1.3 only; the others are asked for in every version. */
  private void requireGroups(EngineLibrary library) throws TlsException {
    List<NamedGroup> groups = config.groups();
    if (groups.isEmpty()) {
      return;
    }
    boolean onlyPostQuantum = groups.equals(List.of(NamedGroup.X25519MLKEM768));
    if (groups.contains(NamedGroup.X25519MLKEM768)) {
      require(library, Feature.POST_QUANTUM_KEY_EXCHANGE, TlsVersion.TLS_1_3);
    }
    for (TlsVersion version : versions) {
      if (onlyPostQuantum && version == TlsVersion.TLS_1_2) {
        throw new TlsException(
            TlsErrorCode.INVALID_ARG,
            "X25519MLKEM768 exists in TLS 1.3 only; allow another group too, or TLS 1.3 alone.");
      }
      if (!onlyPostQuantum) {
        require(library, Feature.GROUP_SELECTION, version);
      }
    }
  }

  private void require(EngineLibrary library, Feature feature, TlsVersion version)
      throws TlsException {
    library.capabilities().require(library.name(), feature, version, role);
  }

  /** Whether the list names every suite of a version, which is no selection. */
  private boolean takesAll(TlsVersion version, List<CipherSuite> supported) {
    return Set.copyOf(suites)
        .containsAll(
            supported.stream()
                .filter(suite -> suite.version() == version && !suite.isPreShared())
                .toList());
  }
}
