package io.sallyport.stack.conscrypt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.testkit.contract.Link;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Identity;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.SessionTickets;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.ClientSessionOps;
import io.sallyport.tls.stack.TlsStackContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is particular to Conscrypt; the rest is the contract test's matter. */
class ConscryptStackTest {
  private static final CertificateAuthority ROOT = CertificateAuthority.root("CN=Root");
  private static final Issued SERVER = ROOT.certificate().dns("server.example").issue();

  private ConscryptStack stack;

  @BeforeEach
  void makeStack() throws Exception {
    stack = new ConscryptStack();
  }

  @Test
  void registersNoProvider() {
    assertEquals(
        0,
        Stream.of(Security.getProviders())
            .filter(provider -> provider.getClass().getName().startsWith("org.conscrypt"))
            .count());
  }

  @Test
  void refusesASelectionOfTls13SuitesBecauseTheLibraryIgnoresIt() throws Exception {
    ClientConfig config =
        client().cipherSuites(List.of(CipherSuite.parse("TLS_AES_256_GCM_SHA384"))).build();
    TlsException refused = assertThrows(TlsException.class, () -> stack.prepare(config));
    assertEquals(TlsErrorCode.NOT_SUPPORTED, refused.code());
    assertTrue(refused.getMessage().contains("conscrypt"), refused.getMessage());
  }

  @Test
  void takesAllTls13SuitesWhichIsNoSelection() throws Exception {
    List<CipherSuite> all = stack.cipherSuites().stream().filter(CipherSuite::isTls13).toList();
    stack.prepare(client().cipherSuites(all).build()).close();
  }

  @ParameterizedTest
  @EnumSource(
      value = TlsVersion.class,
      names = {"TLS_1_2", "TLS_1_3"})
  void answersAfterThePeersCloseNotify(TlsVersion version) throws Exception {
    try (Session session = new Session(version)) {
      session.handshake();
      assertEquals(Progress.DONE, session.client.shutdownOutput());
      assertEquals(TlsHandle.END, session.server.read(ByteBuffer.allocate(10)));
      assertEquals(6, session.server.write(ascii("answer")));
      ByteBuffer got = ByteBuffer.allocate(10);
      assertEquals(6, session.client.read(got));
      assertEquals(Progress.DONE, session.server.shutdownOutput());
      assertEquals(TlsHandle.END, session.client.read(ByteBuffer.allocate(10)));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TlsVersion.class,
      names = {"TLS_1_2", "TLS_1_3"})
  void doesNotTakeShortRecordsForAlerts(TlsVersion version) throws Exception {
    try (Session session = new Session(version)) {
      session.handshake();
      for (int length = 1; length < 50; length++) {
        byte[] sent = new byte[length];
        Arrays.fill(sent, (byte) length);
        session.client.write(ByteBuffer.wrap(sent));
        // Room for all of it, then byte by byte.
        ByteBuffer whole = ByteBuffer.allocate(length % 2 == 0 ? 100 : length);
        assertEquals(length, session.server.read(whole));
        session.client.write(ByteBuffer.wrap(sent));
        ByteBuffer bytewise = ByteBuffer.allocate(length);
        while (bytewise.hasRemaining()) {
          ByteBuffer one = ByteBuffer.allocate(1);
          assertEquals(1, session.server.read(one));
          bytewise.put(one.flip());
        }
        assertArrayEquals(sent, bytewise.array());
        assertEquals(TlsHandle.WANT_READ, session.server.read(ByteBuffer.allocate(10)));
      }
    }
  }

  @Test
  void namesTheLibrarysReasonWithoutItsAddresses() throws Exception {
    try (Session session = new Session(TlsVersion.TLS_1_3)) {
      session.toServer.arrive(new byte[] {22, 3, 1, 0, 4, 9, 9, 9, 9});
      TlsException failed = assertThrows(TlsException.class, session.server::handshake);
      assertEquals(TlsErrorCode.SSL_HANDSHAKE_FAILED, failed.code());
      assertEquals("EXCESSIVE_MESSAGE_SIZE", failed.stackError().orElseThrow());
      assertFalse(failed.getMessage().contains("0x"), failed.getMessage());
    }
  }

  @Test
  void leavesNoDescriptorBehindHoweverAConnectionEnds() throws Exception {
    Path descriptors = Path.of("/proc/self/fd");
    Assumptions.assumeTrue(Files.isDirectory(descriptors), "there is no /proc here");
    List<Ending> endings =
        List.of(
            session -> {},
            session -> session.client.handshake(),
            Session::handshake,
            session -> {
              session.handshake();
              session.client.shutdownOutput();
              session.server.read(ByteBuffer.allocate(10));
            },
            session -> {
              session.handshake();
              session.client.close();
              session.server.read(ByteBuffer.allocate(10));
            },
            session -> {
              session.toServer.arrive("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
              assertThrows(TlsException.class, session.server::handshake);
            },
            session -> {
              session.toServer.end();
              assertThrows(TlsException.class, session.server::handshake);
            });
    try (Session first = new Session(TlsVersion.TLS_1_3)) {
      first.handshake(); // Loads whatever is to be loaded.
    }
    long before = count(descriptors);
    List<Session> kept = new ArrayList<>(); // So that no collector helps.
    for (Ending ending : endings) {
      for (int i = 0; i < 20; i++) {
        Session session = new Session(TlsVersion.ANY);
        kept.add(session);
        ending.of(session);
        session.close();
      }
    }
    assertTrue(
        count(descriptors) <= before,
        "descriptors before " + before + ", after " + count(descriptors));
    assertEquals(endings.size() * 20, kept.size());
  }

  /** An application that keeps it must not keep the stack, whose bundle may be gone. */
  @Test
  void aSessionEndsWithTheContextThatItWasMadeIn() throws Exception {
    TlsStackContext clients =
        stack.prepare(client().sessions().version(TlsVersion.TLS_1_2).build());
    TlsStackContext servers =
        stack.prepare(
            ServerConfig.builder()
                .identity(Identity.of(SERVER.chain(), SERVER.key()))
                .sessionTickets(SessionTickets.ON)
                .build());
    ClientSession session;
    try (Link link = new Link(clients, servers, "server.example", Optional.empty())) {
      link.handshake();
      session = link.client.clientSession().orElseThrow();
    }
    ClientSessionOps sessions = stack.clientSessions().orElseThrow();
    sessions.export(session).close();
    clients.close();
    TlsException ended = assertThrows(TlsException.class, () -> sessions.export(session));
    assertEquals(TlsErrorCode.INVALID_STATE, ended.code());
    assertTrue(ended.getMessage().contains("ended with the context"), ended.getMessage());
    assertEquals("conscrypt", session.stack());
    TlsStackContext again = stack.prepare(client().sessions().version(TlsVersion.TLS_1_2).build());
    try (Link link = new Link(again, servers, "server.example", Optional.of(session))) {
      link.handshake();
      assertFalse(link.client.session().resumed());
    }
  }

  private interface Ending {
    void of(Session session) throws Exception;
  }

  private final class Session implements AutoCloseable {
    private final TlsHandle client;
    private final TlsHandle server;
    private final Pipe toServer;

    Session(TlsVersion version) throws Exception {
      Pipe[] pipes = Pipe.pair();
      toServer = pipes[1];
      TlsStackContext clients = stack.prepare(client().version(version).build());
      TlsStackContext servers =
          stack.prepare(
              ServerConfig.builder()
                  .identity(Identity.of(SERVER.chain(), SERVER.key()))
                  .version(version)
                  .build());
      client = clients.newHandle(new Peer("server.example", 443), pipes[0]);
      server = servers.newHandle(new Peer("127.0.0.1", 50000), pipes[1]);
    }

    void handshake() throws Exception {
      for (int i = 0; i < 10; i++) {
        if (client.handshake() == Progress.DONE & server.handshake() == Progress.DONE) {
          return;
        }
      }
      throw new AssertionError("the handshake does not end");
    }

    @Override
    public void close() {
      client.close();
      server.close();
    }
  }

  private static ClientConfig.Builder client() {
    return ClientConfig.builder().authorities(List.of(ROOT.authorityCertificate()));
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static long count(Path folder) throws Exception {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.count();
    }
  }
}
