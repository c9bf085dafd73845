package io.sallyport.core.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.testkit.contract.Link;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Identity;
import io.sallyport.tls.PreSharedKey;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The behaviours of keys, certificates and secrets. */
final class CredentialBehaviours {
  private CredentialBehaviours() {}

  static List<Behaviour> all() {
    return List.of(
        new Psk(),
        new Selection(),
        new Log(),
        new OwnKey(Feature.ECDSA_P521, KeyType.EC_P521),
        new OwnKey(Feature.ED25519, KeyType.ED25519),
        new Opaque());
  }

  private record Psk() implements Behaviour {
    @Override
    public Feature feature() {
      return Feature.PSK;
    }

    @Override
    public Feature neededOfPartner() {
      return Feature.PSK;
    }

    @Override
    public void check(Scene scene) throws Exception {
      try (Link link =
          scene.link(client(scene, key("two", 2)), server(scene, key("one", 1), key("two", 2)))) {
        link.handshake();
        Scene.exchange(link, 50_000);
        assertTrue(scene.own(link).session().peerCertificates().isEmpty());
        assertFalse(scene.own(link).session().resumed());
      }
      try (Link link = scene.link(client(scene, key("one", 2)), server(scene, key("one", 1)))) {
        fail(scene, link); // The wrong key.
      }
      try (Link link = scene.link(client(scene, key("none", 1)), server(scene, key("one", 1)))) {
        fail(scene, link); // An identity that nobody knows.
      }
      try (Link link =
          scene.role() == Role.CLIENT
              ? scene.link(client(scene, key("one", 1)), scene.server())
              : scene.link(scene.client(), server(scene, key("one", 1)))) {
        fail(scene, link); // A peer that authenticates by certificate.
      }
    }

    private static void fail(Scene scene, Link link) {
      TlsException failure = scene.role() == Role.CLIENT ? link.clientFails() : link.serverFails();
      assertFalse(failure.getMessage().isBlank());
    }

    private static ClientConfig.Builder client(Scene scene, PreSharedKey key) {
      return ClientConfig.builder().preSharedKey(key).version(scene.version());
    }

    private static ServerConfig.Builder server(Scene scene, PreSharedKey... keys) {
      return ServerConfig.builder().preSharedKeys(List.of(keys)).version(scene.version());
    }

    private static PreSharedKey key(String identity, int seed) throws TlsException {
      String text = "a pre-shared key number " + seed + " of 32 b";
      return PreSharedKey.of(identity, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Optional<TlsConfig> request(Scene scene) throws TlsException {
      PreSharedKey one = key("one", 1);
      return Optional.of(
          scene.role() == Role.CLIENT ? client(scene, one).build() : server(scene, one).build());
    }
  }

  /** Both sides show a certificate with such a key. */
  private record OwnKey(Feature feature, KeyType type) implements Behaviour {
    @Override
    public Feature neededOfPartner() {
      return feature;
    }

    @Override
    public void check(Scene scene) throws Exception {
      KeyTypes.check(scene, type);
    }

    @Override
    public Optional<TlsConfig> request(Scene scene) throws TlsException {
      Identity own = Scene.identity(Scene.CA.certificate().dns(Scene.HOST).key(type).issue());
      return Behaviour.request(
          scene, client -> client.identity(own), server -> server.identity(own));
    }
  }

  /** Keys that only their own provider can use, which is registered as hardware's would be. */
  private record Opaque() implements Behaviour {
    @Override
    public Feature feature() {
      return Feature.OPAQUE_KEYS;
    }

    @Override
    public void check(Scene scene) throws Exception {
      SealedKeys provider = new SealedKeys();
      Security.addProvider(provider);
      try {
        for (KeyType type : List.of(KeyType.EC_P256, KeyType.EC_P384, KeyType.RSA_2048)) {
          Identity own = sealed(scene, type);
          ServerConfig.Builder server =
              scene.server().clientAuthorities(List.of(Scene.CA.authorityCertificate()));
          ClientConfig.Builder client = scene.client().identity(Scene.clientIdentity());
          try (Link link =
              scene.role() == Role.CLIENT
                  ? scene.link(client.identity(own), server)
                  : scene.link(client, server.identity(own))) {
            link.handshake();
            Scene.exchange(link, 1000);
            assertEquals(
                List.of(own.certificate()), scene.others(link).session().peerCertificates());
          } catch (TlsException e) {
            throw new AssertionError(type + ": " + e.getMessage(), e);
          }
        }
      } finally {
        Security.removeProvider(provider.getName());
      }
    }

    private static Identity sealed(Scene scene, KeyType type) throws TlsException {
      Issued issued = Scene.CA.certificate().dns(Scene.HOST).key(type).issue();
      return Identity.of(
          issued.chain(), SealedKeys.seal(issued.key(), issued.certificate().getPublicKey()));
    }

    @Override
    public Optional<TlsConfig> request(Scene scene) throws TlsException {
      Identity own = sealed(scene, KeyType.EC_P256);
      return Behaviour.request(
          scene, client -> client.identity(own), server -> server.identity(own));
    }
  }

  private record Selection() implements Behaviour {
    @Override
    public Feature feature() {
      return Feature.CERTIFICATE_SELECTION;
    }

    @Override
    public boolean appliesTo(Scene scene) {
      return scene.role() == Role.SERVER;
    }

    @Override
    public void check(Scene scene) throws Exception {
      Issued byName = Scene.CA.certificate().dns("a.test").issue();
      Issued byProtocol = Scene.CA.certificate().dns("a.test", "b.test").issue();
      Identity special = Scene.identity(byProtocol);
      Identity named = Scene.identity(byName);
      ServerConfig.Builder server =
          ServerConfig.builder()
              .version(scene.version())
              .alpn(List.of("special", "plain"))
              .certificateSelector(
                  hello -> {
                    if (hello.applicationProtocol().equals(Optional.of("special"))) {
                      return Optional.of(special);
                    }
                    return hello.serverName().filter("a.test"::equals).map(name -> named);
                  });
      try (Scene.Pair plain = scene.prepare(scene.client().alpn(List.of("plain")), server);
          Scene.Pair asking = scene.prepare(scene.client().alpn(List.of("special")), server)) {
        assertEquals(named.certificate(), shown(plain, "a.test"));
        assertEquals(special.certificate(), shown(asking, "a.test"));
        assertEquals(special.certificate(), shown(asking, "b.test"));
        assertEquals(named.certificate(), shown(plain, "a.test"));
        try (Link link = new Link(plain.client(), plain.server(), "else.test", Optional.empty())) {
          assertTrue(link.serverFails().getMessage().contains("else.test"));
        }
      }
    }

    private static Object shown(Scene.Pair pair, String host) throws TlsException {
      try (Link link = new Link(pair.client(), pair.server(), host, Optional.empty())) {
        link.handshake();
        Scene.exchange(link, 100);
        return link.client.session().peerCertificates().get(0);
      }
    }

    @Override
    public Optional<TlsConfig> request(Scene scene) throws TlsException {
      return Optional.of(scene.server().certificateSelector(hello -> Optional.empty()).build());
    }
  }

  private record Log() implements Behaviour {
    private static final Pattern LINE = Pattern.compile("[A-Z_0-9]+ [0-9a-f]{64} [0-9a-f]{64,128}");

    @Override
    public Feature feature() {
      return Feature.KEY_LOG;
    }

    @Override
    public Feature neededOfPartner() {
      return Feature.KEY_LOG;
    }

    @Override
    public void check(Scene scene) throws Exception {
      List<String> client = Collections.synchronizedList(new ArrayList<>());
      List<String> server = Collections.synchronizedList(new ArrayList<>());
      try (Link link =
          scene.link(
              scene.client().insecureKeyLog(client::add),
              scene.server().insecureKeyLog(server::add))) {
        link.handshake();
        Scene.exchange(link, 100);
      }
      assertFalse(client.isEmpty());
      client.forEach(line -> assertTrue(LINE.matcher(line).matches(), line));
      assertEquals(new TreeSet<>(client), new TreeSet<>(server));
    }

    @Override
    public Optional<TlsConfig> request(Scene scene) throws TlsException {
      return Behaviour.request(
          scene,
          client -> client.insecureKeyLog(line -> {}),
          server -> server.insecureKeyLog(line -> {}));
    }
  }
}
