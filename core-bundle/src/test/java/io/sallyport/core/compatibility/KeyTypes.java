package io.sallyport.core.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sallyport.testkit.contract.Link;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.tls.TlsException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Certificates with keys of one kind, on both sides at once. */
final class KeyTypes {
  private static final Map<KeyType, Issued> SERVERS = new ConcurrentHashMap<>();
  private static final Map<KeyType, Issued> CLIENTS = new ConcurrentHashMap<>();

  private KeyTypes() {}

  private static Issued server(KeyType type) {
    return Scene.CA.certificate().dns(Scene.HOST).key(type).issue();
  }

  private static Issued client(KeyType type) {
    return Scene.CA.certificate().subject("CN=client").key(type).issue();
  }

  static void check(Scene scene, KeyType type) throws TlsException {
    Issued server = SERVERS.computeIfAbsent(type, KeyTypes::server);
    Issued client = CLIENTS.computeIfAbsent(type, KeyTypes::client);
    try (Link link =
        scene.link(
            scene.client().identity(Scene.identity(client)),
            scene
                .server()
                .identity(Scene.identity(server))
                .clientAuthorities(List.of(Scene.CA.authorityCertificate())))) {
      link.handshake();
      Scene.exchange(link, 1000);
      assertEquals(List.of(client.certificate()), link.server.session().peerCertificates());
      assertEquals(List.of(server.certificate()), link.client.session().peerCertificates());
    }
  }
}
