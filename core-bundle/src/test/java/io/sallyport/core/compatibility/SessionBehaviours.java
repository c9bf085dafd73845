package io.sallyport.core.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.testkit.contract.Link;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.SessionTickets;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.PortableSession;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.TlsStackContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The behaviours of sessions that are resumed. */
final class SessionBehaviours {
  private SessionBehaviours() {}

  static List<Behaviour> all() {
    return List.of(new Resumption(), new Serialisation(), new Tickets());
  }

  /** A server that resumes; without being told so, not every stack does. */
  private static ServerConfig.Builder resuming(Scene scene) throws TlsException {
    boolean tickets =
        scene
            .serverStack()
            .capabilities()
            .supports(Feature.SESSION_TICKETS, scene.version(), Role.SERVER);
    return tickets ? scene.server().sessionTickets(SessionTickets.ON) : scene.server();
  }

  /** Connects, exchanges bytes, and gives what the server offered to resume. */
  private static Optional<ClientSession> capture(TlsStackContext client, TlsStackContext server)
      throws TlsException {
    try (Link link = new Link(client, server, Scene.HOST, Optional.empty())) {
      link.handshake();
      assertFalse(link.client.session().resumed());
      assertFalse(link.server.session().resumed());
      Scene.exchange(link, 100);
      return link.client.clientSession();
    }
  }

  /** Connects with a session; whether both sides say that it was resumed. */
  private static boolean resumes(
      TlsStackContext client, TlsStackContext server, String host, ClientSession session)
      throws TlsException {
    try (Link link = new Link(client, server, host, Optional.of(session))) {
      link.handshake();
      Scene.exchange(link, 20_000);
      assertEquals(link.client.session().resumed(), link.server.session().resumed());
      if (!host.isEmpty()) {
        assertEquals(
            List.of(Scene.serverIdentity().certificate()),
            link.client.session().peerCertificates());
      }
      return link.client.session().resumed();
    }
  }

  private record Resumption() implements Behaviour {
    @Override
    public Feature feature() {
      return Feature.SESSION_RESUMPTION;
    }

    @Override
    public Feature neededOfPartner() {
      return Feature.SESSION_RESUMPTION;
    }

    @Override
    public void check(Scene scene) throws Exception {
      List<ClientSession> told = new ArrayList<>();
      ClientConfig.Builder capturing =
          scene
              .client()
              .sessions(
                  (peer, session) -> {
                    if (peer.host().equals(Scene.HOST)) {
                      told.add(session);
                    }
                  });
      try (Scene.Pair pair = scene.prepare(capturing, resuming(scene));
          Scene.Pair another =
              scene.prepare(scene.client().sessions().skipCommonName(), resuming(scene))) {
        ClientSession session = capture(pair.client(), pair.server()).orElseThrow();
        assertEquals(scene.version(), session.version());
        assertEquals(scene.clientStack().name(), session.stack());
        assertFalse(told.isEmpty());
        // Another configuration, another name, another server: full handshakes.
        assertFalse(resumes(another.client(), pair.server(), Scene.HOST, session));
        assertFalse(resumes(pair.client(), pair.server(), Scene.OTHER_HOST, session));
        assertTrue(resumes(pair.client(), pair.server(), Scene.HOST, session));
        ClientSession newest = told.get(told.size() - 1);
        assertTrue(resumes(pair.client(), pair.server(), Scene.HOST, newest));
        ClientSession unknown = capture(pair.client(), pair.server()).orElseThrow();
        assertFalse(resumes(pair.client(), another.server(), Scene.HOST, unknown));
        try (Link link = pair.link()) { // Without a session none is resumed.
          link.handshake();
          assertFalse(link.client.session().resumed());
          assertFalse(link.server.session().resumed());
        }
        ClientSession closed = capture(pair.client(), pair.server()).orElseThrow();
        closed.close();
        assertFalse(resumes(pair.client(), pair.server(), Scene.HOST, closed));
      }
    }

    @Override
    public Optional<TlsConfig> request(Scene scene) throws TlsException {
      return scene.role() == Role.CLIENT
          ? Optional.of(scene.client().sessions().build())
          : Optional.empty();
    }
  }

  private record Serialisation() implements Behaviour {
    @Override
    public Feature feature() {
      return Feature.SESSION_SERIALISATION;
    }

    @Override
    public boolean appliesTo(Scene scene) {
      return scene.role() == Role.CLIENT;
    }

    @Override
    public Feature neededOfPartner() {
      return Feature.SESSION_RESUMPTION;
    }

    @Override
    public void check(Scene scene) throws Exception {
      try (Scene.Pair pair = scene.prepare(scene.client().sessions(), resuming(scene));
          Scene.Pair again = scene.prepare(scene.client().sessions(), resuming(scene));
          Scene.Pair otherTrust =
              scene.prepare(
                  scene
                      .client()
                      .authorities(
                          List.of(
                              Scene.CA.authorityCertificate(),
                              CertificateAuthority.root("CN=Another").authorityCertificate()))
                      .sessions(),
                  resuming(scene));
          Scene.Pair otherIdentity =
              scene.prepare(
                  scene.client().identity(Scene.clientIdentity()).sessions(), resuming(scene))) {
        ClientSession session = capture(pair.client(), pair.server()).orElseThrow();
        PortableSession portable = scene.stack().clientSessions().orElseThrow().export(session);
        assertEquals(scene.version(), portable.version());
        assertFalse(resumes(otherTrust.client(), pair.server(), Scene.HOST, portable));
        assertFalse(resumes(otherIdentity.client(), pair.server(), Scene.HOST, portable));
        assertFalse(resumes(again.client(), pair.server(), Scene.OTHER_HOST, portable));
        assertTrue(resumes(again.client(), pair.server(), Scene.HOST, portable));
      }
    }
  }

  private record Tickets() implements Behaviour {
    @Override
    public Feature feature() {
      return Feature.SESSION_TICKETS;
    }

    @Override
    public boolean appliesTo(Scene scene) {
      return scene.role() == Role.SERVER;
    }

    @Override
    public Feature neededOfPartner() {
      return Feature.SESSION_RESUMPTION;
    }

    @Override
    public void check(Scene scene) throws Exception {
      try (Scene.Pair pair =
          scene.prepare(
              scene.client().sessions(), scene.server().sessionTickets(SessionTickets.ON))) {
        ClientSession session = capture(pair.client(), pair.server()).orElseThrow();
        assertTrue(resumes(pair.client(), pair.server(), Scene.HOST, session));
      }
      SessionTickets brief = SessionTickets.on(Duration.ofSeconds(2));
      try (Scene.Pair pair =
          scene.prepare(scene.client().sessions(), scene.server().sessionTickets(brief))) {
        ClientSession session = capture(pair.client(), pair.server()).orElseThrow();
        Thread.sleep(3500); // The lifetime is in whole seconds; the test is about its end.
        assertFalse(resumes(pair.client(), pair.server(), Scene.HOST, session));
      }
    }

    @Override
    public Optional<TlsConfig> request(Scene scene) throws TlsException {
      return Optional.of(scene.server().sessionTickets(SessionTickets.ON).build());
    }
  }

  /** A server without tickets never resumes, on any stack. */
  static void checkSwitchedOff(Scene scene) throws Exception {
    try (Scene.Pair pair =
        scene.prepare(
            scene.client().sessions(), scene.server().sessionTickets(SessionTickets.OFF))) {
      Optional<ClientSession> session = capture(pair.client(), pair.server());
      if (session.isPresent()) {
        assertFalse(resumes(pair.client(), pair.server(), Scene.HOST, session.get()));
      }
    }
  }
}
