package io.sallyport.stack.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sallyport.testkit.contract.Link;
import io.sallyport.testkit.peer.Talk;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.transport.MemoryTransport;
import io.sallyport.tls.CertificateSelector;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Identity;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsVersion;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of own key on both sides, with Bouncy Castle's JSSE and with the own engine. */
@Timeout(60)
class LowLevelKeysTest {
  private static final CertificateAuthority CA = CertificateAuthority.root("CN=Keys CA");

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource({
    "Ed25519, TLS_1_2, false", "Ed25519, TLS_1_3, false",
    "Ed25519, TLS_1_2, true", "Ed25519, TLS_1_3, true",
    "Ed448, TLS_1_2, false", "Ed448, TLS_1_3, false",
    "Ed448, TLS_1_2, true", "Ed448, TLS_1_3, true",
    "RSASSA-PSS, TLS_1_2, false", "RSASSA-PSS, TLS_1_3, false",
    "RSASSA-PSS, TLS_1_2, true", "RSASSA-PSS, TLS_1_3, true"
  })
  void authenticatesBothSides(String algorithm, TlsVersion version, boolean lowLevel)
      throws Exception {
    Identity server = identity(pair(algorithm), true);
    Identity client = identity(pair(algorithm), false);
    exchange(
        client(client, lowLevel),
        lowLevel(ServerConfig.builder().identity(server), lowLevel).version(version),
        server,
        client);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"TLS_1_2", "TLS_1_3"})
  void authenticatesByAKeyThatWasSelected(TlsVersion version) throws Exception {
    Identity server = identity(pair("Ed25519"), true);
    Identity client = identity(pair("Ed25519"), false);
    exchange(
        client(client, false),
        ServerConfig.builder()
            .certificateSelector(CertificateSelector.byServerName(List.of(server)))
            .version(version),
        server,
        client);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "EC, TLS_1_2", "EC, TLS_1_3",
    "RSA, TLS_1_2", "RSA, TLS_1_3",
    "Ed25519, TLS_1_2", "Ed25519, TLS_1_3"
  })
  void authenticatesByKeysThatNeverLeaveTheirProvider(String algorithm, TlsVersion version)
      throws Exception {
    try (OpaqueKeys token = new OpaqueKeys()) {
      Identity server = identity(token.hide(pair(algorithm)), true);
      Identity client = identity(token.hide(pair(algorithm)), false);
      exchange(
          client(client, true),
          lowLevel(ServerConfig.builder().identity(server), true).version(version),
          server,
          client);
      assertEquals(2, token.signatures.get());
    }
  }

  private static void exchange(
      ClientConfig.Builder client, ServerConfig.Builder server, Identity shown, Identity own)
      throws Exception {
    server.clientAuthorities(List.of(CA.authorityCertificate()));
    BouncyCastleStack stack = new BouncyCastleStack();
    try (Link link =
        new Link(stack, client.build(), stack, server.build(), Talk.HOST, MemoryTransport.pair())) {
      link.handshake();
      Link.send(link.client, link.server, ByteBuffer.allocate(20_000), 20_000);
      Link.send(link.server, link.client, ByteBuffer.allocate(20_000), 20_000);
      assertEquals(shown.chain(), link.client.session().peerCertificates());
      assertEquals(own.chain(), link.server.session().peerCertificates());
    }
  }

  private static ClientConfig.Builder client(Identity own, boolean lowLevel) {
    ClientConfig.Builder builder =
        ClientConfig.builder().authorities(List.of(CA.authorityCertificate())).identity(own);
    return lowLevel ? builder.sessions() : builder;
  }

  private static ServerConfig.Builder lowLevel(ServerConfig.Builder builder, boolean lowLevel) {
    return lowLevel ? builder.insecureKeyLog(line -> {}) : builder;
  }

  private static Identity identity(KeyPair pair, boolean server) throws Exception {
    Issued issued =
        server
            ? CA.certificate().dns(Talk.HOST).forServers().key(pair).issue()
            : CA.certificate().subject("CN=client").forClients().key(pair).issue();
    return Identity.of(issued.chain(), issued.key());
  }

  private static KeyPair pair(String algorithm) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    if (algorithm.startsWith("RSA")) {
      generator.initialize(2048);
    } else if (algorithm.equals("EC")) {
      generator.initialize(256);
    }
    return generator.generateKeyPair();
  }
}
