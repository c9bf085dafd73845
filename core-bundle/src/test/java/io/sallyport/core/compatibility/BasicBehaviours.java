package io.sallyport.core.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.testkit.contract.Link;
import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.Identity;
import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.VerificationFlag;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The behaviours of single handshakes. */
final class BasicBehaviours {
  private static final int MANY = 100_000;

  private BasicBehaviours() {}

  static List<Behaviour> all() {
    return List.of(
        new Handshake(),
        new ServerName(),
        new Alpn(),
        new ClientCertificate(),
        new Suites(),
        new Groups(),
        new PostQuantum(),
        new HalfClose());
  }

  private record Handshake() implements Behaviour {
    @Override
    public Feature feature() {
      return Feature.HANDSHAKE;
    }

    @Override
    public void check(Scene scene) throws Exception {
      try (Link link = scene.link(scene.client(), scene.server())) {
        link.handshake();
        assertEquals(scene.version(), scene.own(link).session().version());
        assertFalse(scene.own(link).session().resumed());
        Scene.exchange(link, MANY);
      }
    }
  }

  private record ServerName() implements Behaviour {
    @Override
    public Feature feature() {
      return Feature.SNI;
    }

    @Override
    public void check(Scene scene) throws Exception {
      try (Link link = scene.link(scene.client(), scene.server())) {
        link.handshake();
        assertEquals(Optional.of(Scene.HOST), scene.own(link).session().serverName());
      }
      try (Link link =
          scene.link(scene.client().commonName(Scene.OTHER_HOST), scene.server(), "127.0.0.1")) {
        link.handshake();
        assertEquals(Optional.of(Scene.OTHER_HOST), scene.own(link).session().serverName());
      }
      try (Link link = scene.link(scene.client().skipCommonName(), scene.server(), "127.0.0.1")) {
        link.handshake();
        assertTrue(scene.own(link).session().serverName().isEmpty());
      }
    }
  }

  private record Alpn() implements Behaviour {
    @Override
    public Feature feature() {
      return Feature.ALPN;
    }

    @Override
    public void check(Scene scene) throws Exception {
      try (Link link =
          scene.link(
              scene.client().alpn(List.of("h2", "mqtt")),
              scene.server().alpn(List.of("mqtt", "h2")))) {
        link.handshake();
        assertEquals(
            Optional.of("mqtt"), // The server's order holds.
            scene.own(link).session().applicationProtocol());
      }
      try (Link link = scene.link(scene.client().alpn(List.of("h2")), scene.server())) {
        link.handshake();
        assertTrue(scene.own(link).session().applicationProtocol().isEmpty());
      }
      try (Link link =
          scene.link(scene.client().alpn(List.of("h2")), scene.server().alpn(List.of("mqtt")))) {
        assertTrue(link.serverFails().getMessage().contains("ALPN"));
      }
    }
  }

  private record ClientCertificate() implements Behaviour {
    @Override
    public Feature feature() {
      return Feature.CLIENT_CERTIFICATE;
    }

    @Override
    public void check(Scene scene) throws Exception {
      try (Link link =
          scene.link(scene.client().identity(Scene.clientIdentity()), demanding(scene))) {
        link.handshake();
        Scene.exchange(link, 100);
        assertEquals(
            List.of(Scene.clientIdentity().certificate()),
            link.server.session().peerCertificates());
      }
      try (Link link = scene.link(scene.client(), demanding(scene))) {
        assertTrue(link.serverFails().verificationFlags().contains(VerificationFlag.MISSING));
      }
    }

    private static ServerConfig.Builder demanding(Scene scene) throws TlsException {
      return scene.server().clientAuthorities(List.of(Scene.CA.authorityCertificate()));
    }
  }

  private record Suites() implements Behaviour {
    @Override
    public Feature feature() {
      return Feature.CIPHER_SUITE_SELECTION;
    }

    @Override
    public void check(Scene scene) throws Exception {
      List<CipherSuite> suites =
          scene.stack().cipherSuites().stream()
              .filter(suite -> suite.version() == scene.version())
              .filter(suite -> suite.isStrong() && !suite.isPreShared())
              .filter(scene.partner().cipherSuites()::contains)
              .toList();
      assertTrue(suites.size() > 1);
      for (CipherSuite suite : suites) {
        Identity identity =
            suite.name().contains("_RSA_") ? Scene.rsaServerIdentity() : Scene.serverIdentity();
        ServerConfig.Builder server = scene.server().identity(identity);
        try (Link link =
            scene.role() == Role.CLIENT
                ? scene.link(scene.client().cipherSuites(List.of(suite)), server)
                : scene.link(scene.client(), server.cipherSuites(List.of(suite)))) {
          link.handshake();
          assertEquals(Optional.of(suite), scene.own(link).session().cipherSuite());
        }
      }
    }

    @Override
    public Optional<TlsConfig> request(Scene scene) throws TlsException {
      List<CipherSuite> one =
          scene.stack().cipherSuites().stream()
              .filter(suite -> suite.version() == scene.version())
              .limit(1)
              .toList();
      return Behaviour.request(
          scene, client -> client.cipherSuites(one), server -> server.cipherSuites(one));
    }
  }

  private record Groups() implements Behaviour {
    private static final List<String> NAMES =
        List.of("x25519", "secp256r1", "secp384r1", "secp521r1");

    @Override
    public Feature feature() {
      return Feature.GROUP_SELECTION;
    }

    @Override
    public void check(Scene scene) throws Exception {
      for (String name : NAMES) {
        List<NamedGroup> only = List.of(NamedGroup.parse(name));
        // In TLS 1.2 the groups also say which curves a certificate may be on (RFC 8422).
        ServerConfig.Builder server = scene.server().identity(Scene.rsaServerIdentity());
        try (Link link =
            scene.role() == Role.CLIENT
                ? scene.link(scene.client().groups(only), server.groups(allOf(scene)))
                : scene.link(scene.client().groups(allOf(scene)), server.groups(only))) {
          link.handshake();
          assertEquals(Optional.of(name), scene.own(link).session().group());
          assertEquals(Optional.of(name), scene.others(link).session().group());
        }
        if (scene.version() == TlsVersion.TLS_1_3) { // Where they say nothing of signatures.
          ServerConfig.Builder ecdsa = scene.server();
          try (Link link =
              scene.role() == Role.CLIENT
                  ? scene.link(scene.client().groups(only), ecdsa.groups(allOf(scene)))
                  : scene.link(scene.client().groups(allOf(scene)), ecdsa.groups(only))) {
            link.handshake();
            assertEquals(Optional.of(name), scene.own(link).session().group());
          }
        }
      }
    }

    /** A partner's own choice may lack some of them. */
    private static List<NamedGroup> allOf(Scene scene) throws TlsException {
      List<NamedGroup> all = new ArrayList<>();
      if (scene
          .partner()
          .capabilities()
          .supports(Feature.GROUP_SELECTION, scene.version(), scene.otherRole())) {
        for (String name : NAMES) {
          all.add(NamedGroup.parse(name));
        }
      }
      return all;
    }

    @Override
    public Optional<TlsConfig> request(Scene scene) throws TlsException {
      List<NamedGroup> one = List.of(NamedGroup.parse("secp384r1"));
      return Behaviour.request(scene, client -> client.groups(one), server -> server.groups(one));
    }
  }

  private record PostQuantum() implements Behaviour {
    private static final List<NamedGroup> ONLY = List.of(NamedGroup.X25519MLKEM768);

    @Override
    public Feature feature() {
      return Feature.POST_QUANTUM_KEY_EXCHANGE;
    }

    @Override
    public boolean appliesTo(Scene scene) {
      return scene.version() == TlsVersion.TLS_1_3;
    }

    @Override
    public Feature neededOfPartner() {
      return Feature.POST_QUANTUM_KEY_EXCHANGE;
    }

    @Override
    public void check(Scene scene) throws Exception {
      try (Link link = scene.link(scene.client().groups(ONLY), scene.server().groups(ONLY))) {
        link.handshake();
        Scene.exchange(link, 100);
        assertEquals(Optional.of("X25519MLKEM768"), scene.own(link).session().group());
      }
    }

    @Override
    public Optional<TlsConfig> request(Scene scene) throws TlsException {
      return Behaviour.request(scene, client -> client.groups(ONLY), server -> server.groups(ONLY));
    }
  }

  private record HalfClose() implements Behaviour {
    @Override
    public Feature feature() {
      return Feature.HALF_CLOSE;
    }

    @Override
    public Feature neededOfPartner() {
      return Feature.HALF_CLOSE;
    }

    @Override
    public void check(Scene scene) throws Exception {
      try (Link link = scene.link(scene.client(), scene.server())) {
        link.handshake();
        Scene.exchange(link, 100);
        endAndReceive(scene.own(link), scene.others(link));
      }
      try (Link link = scene.link(scene.client(), scene.server())) {
        link.handshake();
        Scene.exchange(link, 100);
        endAndReceive(scene.others(link), scene.own(link));
      }
    }

    private static void endAndReceive(TlsHandle ending, TlsHandle sending) throws TlsException {
      ending.shutdownOutput();
      assertEquals(TlsHandle.END, Link.readUntilResult(ending, sending, ByteBuffer.allocate(10)));
      byte[] rest = new byte[MANY];
      assertEquals(rest.length, Link.send(sending, ending, ByteBuffer.wrap(rest), MANY).length);
      sending.shutdownOutput();
      assertEquals(TlsHandle.END, Link.readUntilResult(sending, ending, ByteBuffer.allocate(10)));
    }
  }
}
