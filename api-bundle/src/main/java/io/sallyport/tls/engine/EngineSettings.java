package io.sallyport.tls.engine;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.Trust;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.RequiredFeatures;
import io.sallyport.tls.stack.Role;
import java.util.List;
import java.util.Set;
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
  static EngineSettings of(EngineLibrary library, TlsConfig config, List<CipherSuite> supported)
      throws TlsException {
    Role role = RequiredFeatures.role(config);
    List<CipherSuite> suites = suites(library.name(), config, supported);
    List<TlsVersion> versions = RequiredFeatures.versions(config);
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

  private void requireCapabilities(EngineLibrary library, List<CipherSuite> supported)
      throws TlsException {
    Capabilities capabilities = library.capabilities();
    refuseHybridAlone();
    for (TlsVersion version : versions) {
      for (Feature feature : RequiredFeatures.of(config, version)) {
        capabilities.require(library.name(), feature, version, role);
      }
      if (!config.cipherSuites().isEmpty() && !takesAll(version, supported)) {
        capabilities.require(library.name(), Feature.CIPHER_SUITE_SELECTION, version, role);
      }
    }
    if (config.groups().contains(NamedGroup.X25519MLKEM768)) {
      capabilities.require(
          library.name(), Feature.POST_QUANTUM_KEY_EXCHANGE, TlsVersion.TLS_1_3, role);
    }
  }

  private void refuseHybridAlone() throws TlsException {
    if (versions.contains(TlsVersion.TLS_1_2)
        && config.groups().equals(List.of(NamedGroup.X25519MLKEM768))) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "X25519MLKEM768 exists in TLS 1.3 only; allow another group too, or TLS 1.3 alone.");
    }
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
