package io.sallyport.tls.engine;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
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

  static EngineSettings of(EngineLibrary library, TlsConfig config, List<CipherSuite> supported)
      throws TlsException {
    Role role = config instanceof ServerConfig ? Role.SERVER : Role.CLIENT;
    List<CipherSuite> suites = suites(library.name(), config, supported);
    List<TlsVersion> versions = versions(config, suites);
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
      return supported.stream().filter(CipherSuite::isStrong).toList();
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

  /** Those allowed versions for which there is a suite. */
  private static List<TlsVersion> versions(TlsConfig config, List<CipherSuite> suites) {
    return Stream.of(TlsVersion.TLS_1_3, TlsVersion.TLS_1_2)
        .filter(config.version()::allows)
        .filter(version -> suites.stream().anyMatch(suite -> suite.version() == version))
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
    for (TlsVersion version : versions) {
      for (Feature feature : needed) {
        capabilities.require(library.name(), feature, version, role);
      }
      if (!config.cipherSuites().isEmpty() && !takesAll(version, supported)) {
        capabilities.require(library.name(), Feature.CIPHER_SUITE_SELECTION, version, role);
      }
    }
  }

  /** Whether the list names every suite of a version, which is no selection. */
  private boolean takesAll(TlsVersion version, List<CipherSuite> supported) {
    return Set.copyOf(suites)
        .containsAll(supported.stream().filter(suite -> suite.version() == version).toList());
  }
}
