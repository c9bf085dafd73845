package io.sallyport.tls.stack;

import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Identity;
import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.Revocation;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.SessionTickets;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.Trust;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What a configuration asks of a stack: it cannot be served by one that lacks any of it. */
public final class RequiredFeatures {
  private static final int P521_BITS = 521;

  private RequiredFeatures() {}

  /** The role that a configuration is for. */
  public static Role role(TlsConfig config) {
    return config instanceof ServerConfig ? Role.SERVER : Role.CLIENT;
  }

  /**
   * The versions that a configuration allows, the newest first; where suites are listed, those that
   * one of them belongs to.
   */
  public static List<TlsVersion> versions(TlsConfig config) {
    return Stream.of(TlsVersion.TLS_1_3, TlsVersion.TLS_1_2)
        .filter(config.version()::allows)
        .filter(
            version ->
                config.cipherSuites().isEmpty()
                    || config.cipherSuites().stream().anyMatch(suite -> suite.version() == version))
        .toList();
  }

  /**
   * The features that a configuration asks for in one version. Whether its cipher suites can be
   * selected depends on which ones the stack has, so that is not among them.
   *
   * @param version TLS_1_2 or TLS_1_3
   */
  public static Set<Feature> of(TlsConfig config, TlsVersion version) {
    Set<Feature> needed = EnumSet.of(Feature.HANDSHAKE);
    if (!config.alpn().isEmpty()) {
      needed.add(Feature.ALPN);
    }
    if (config.trust() instanceof Trust.PreShared) {
      needed.add(Feature.PSK);
    }
    if (config.keyLog().isPresent()) {
      needed.add(Feature.KEY_LOG);
    }
    if (config.hardwareKey().isPresent()) {
      needed.add(Feature.OPAQUE_KEYS);
    }
    config.identity().ifPresent(own -> addFor(own, needed));
    if (config instanceof ClientConfig client) {
      addFor(client, needed);
    } else if (config instanceof ServerConfig server) {
      addFor(server, needed);
    }
    addForGroups(config.groups(), version, needed);
    return Collections.unmodifiableSet(needed);
  }

  /** What not every library can sign with. */
  private static void addFor(Identity own, Set<Feature> needed) {
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
  }

  private static void addFor(ClientConfig client, Set<Feature> needed) {
    if (client.identity().isPresent() || client.hardwareKey().isPresent()) {
      needed.add(Feature.CLIENT_CERTIFICATE);
    }
    if (client.sessions()) {
      needed.add(Feature.SESSION_RESUMPTION);
    }
    if (client.revocation() != Revocation.NONE) {
      needed.add(Feature.OCSP_STAPLING);
    }
  }

  private static void addFor(ServerConfig server, Set<Feature> needed) {
    if (server.clientCertificateRequired()) {
      needed.add(Feature.CLIENT_CERTIFICATE);
    }
    if (server.sessionTickets().filter(SessionTickets::enabled).isPresent()) {
      needed.add(Feature.SESSION_TICKETS);
    }
    server
        .certificateSelector()
        .ifPresent(
            selector -> {
              needed.add(Feature.CERTIFICATE_SELECTION);
              selector.identities().forEach(identity -> addFor(identity, needed));
            });
  }

  /** Hybrid groups exist in TLS 1.3 only; the others are asked for in every version. */
  private static void addForGroups(
      List<NamedGroup> groups, TlsVersion version, Set<Feature> needed) {
    if (version == TlsVersion.TLS_1_3 && groups.contains(NamedGroup.X25519MLKEM768)) {
      needed.add(Feature.POST_QUANTUM_KEY_EXCHANGE);
    }
    if (!groups.isEmpty() && !groups.equals(List.of(NamedGroup.X25519MLKEM768))) {
      needed.add(Feature.GROUP_SELECTION);
    }
  }
}
