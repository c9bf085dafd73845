package io.sallyport.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.CertificateBuilder;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.testkit.transport.MemoryTransport;
import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Identity;
import io.sallyport.tls.Peer;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.SessionInfo;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.VerificationFlag;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.TlsStackContext;
import io.sallyport.tls.stack.TlsStackOps;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every stack must do, in both versions and roles. A stack's own tests extend this class and
 * give the stack; everything runs in memory.
 */
@Timeout(120)
public abstract class StackContractTest {
  private static final String HOST = "server.test";
  private static final CertificateAuthority CA = CertificateAuthority.root("CN=Contract CA");
  private static final CertificateAuthority OTHER_CA = CertificateAuthority.root("CN=Other CA");
  private static final Issued SERVER = CA.certificate().dns(HOST).forServers().issue();
  private static final Issued CLIENT =
      CA.intermediate("CN=Contract intermediate")
          .certificate()
          .subject("CN=client")
          .forClients()
          .issue();

  /** The stack to be tested; asked for once per test. */
  protected abstract TlsStackOps stack() throws TlsException;

  /** Both exact versions. */
  static Stream<TlsVersion> versions() {
    return Stream.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3);
  }

  private static ServerConfig.Builder server(TlsVersion version) throws TlsException {
    return ServerConfig.builder().identity(identity(SERVER)).version(version);
  }

  private static ClientConfig.Builder client() {
    return ClientConfig.builder().authorities(List.of(CA.authorityCertificate()));
  }

  private static Identity identity(Issued issued) throws TlsException {
    return Identity.of(issued.chain(), issued.key());
  }

  private Link link(ClientConfig.Builder client, ServerConfig.Builder server) throws TlsException {
    return link(client, server, HOST, MemoryTransport.pair());
  }

  private Link link(
      ClientConfig.Builder client,
      ServerConfig.Builder server,
      String host,
      MemoryTransport.Pair wire)
      throws TlsException {
    TlsStackOps stack = stack();
    return new Link(stack, client.build(), stack, server.build(), host, wire);
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  // ---- what a stack says of itself

  @Test
  void describesItself() throws Exception {
    TlsStackOps stack = stack();
    assertEquals(TlsStackOps.OPS_VERSION, stack.version());
    assertFalse(stack.name().isBlank());
    assertFalse(stack.libraryVersion().isBlank());
    assertFalse(stack.cipherSuites().isEmpty());
    for (TlsVersion version : versions().toList()) {
      assertTrue(stack.cipherSuites().stream().anyMatch(suite -> suite.version() == version));
    }
    stack.caStore().init();
    stack.caStore().set(List.of(CA.authorityCertificate()));
    assertEquals(List.of(CA.authorityCertificate()), stack.caStore().get());
    stack.caStore().free();
    assertTrue(stack.caStore().get().isEmpty());
  }

  // ---- handshake and data

  @ParameterizedTest
  @MethodSource("versions")
  void tellsWhatTheHandshakeAgreedOn(TlsVersion version) throws Exception {
    try (Link link =
        link(
            client().identity(identity(CLIENT)).alpn(List.of("mqtt", "h2")),
            server(version)
                .clientAuthorities(List.of(CA.authorityCertificate()))
                .alpn(List.of("h2", "http/1.1")))) {
      link.handshake();
      SessionInfo client = link.client.session();
      SessionInfo server = link.server.session();
      assertEquals(version, client.version());
      assertEquals(version, server.version());
      assertEquals(client.cipherSuite(), server.cipherSuite());
      assertEquals(version, client.cipherSuite().orElseThrow().version());
      assertTrue(client.group().isPresent());
      assertEquals(client.group(), server.group());
      assertEquals(Optional.of("h2"), client.applicationProtocol());
      assertEquals(Optional.of("h2"), server.applicationProtocol());
      assertEquals(Optional.of(HOST), server.serverName());
      assertEquals(SERVER.chain(), client.peerCertificates());
      assertEquals(CLIENT.chain(), server.peerCertificates());
      assertFalse(client.resumed());
      assertFalse(server.resumed());
      assertEquals(stack().name(), client.stack());
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void movesBytesOfEverySizeAndKindOfBuffer(TlsVersion version) throws Exception {
    try (Link link = link(client(), server(version))) {
      link.handshake();
      for (int size : new int[] {1, 100, 16383, 16384, 16385, 70_000, 1 << 20}) {
        byte[] sent = bytes(size);
        ByteBuffer direct = ByteBuffer.allocateDirect(size).put(sent).flip();
        assertArrayEquals(sent, Link.send(link.client, link.server, ByteBuffer.wrap(sent), size));
        assertArrayEquals(sent, Link.send(link.server, link.client, direct, size));
        assertArrayEquals(
            sent,
            Link.send(link.client, link.server, ByteBuffer.wrap(sent).asReadOnlyBuffer(), size));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void worksOverATransportThatMovesLittleAtATime(TlsVersion version) throws Exception {
    try (Link link = link(client(), server(version), HOST, MemoryTransport.pair(7, 64))) {
      link.handshake();
      byte[] sent = bytes(40_000);
      assertArrayEquals(
          sent, Link.send(link.client, link.server, ByteBuffer.wrap(sent), sent.length));
      assertArrayEquals(
          sent, Link.send(link.server, link.client, ByteBuffer.wrap(sent), sent.length));
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void decryptsIntoSmallBuffersAndTellsWhatIsLeft(TlsVersion version) throws Exception {
    try (Link link = link(client(), server(version))) {
      link.handshake();
      assertEquals(10, link.client.write(ByteBuffer.wrap(bytes(10))));
      assertEquals(0, link.server.read(ByteBuffer.allocate(0)));
      ByteBuffer small = ByteBuffer.allocate(4);
      assertEquals(4, Link.readUntilResult(link.client, link.server, small));
      assertEquals(6, link.server.bytesAvailable());
      ByteBuffer rest = ByteBuffer.allocate(20);
      assertEquals(6, link.server.read(rest));
      assertEquals(0, link.server.bytesAvailable());
      assertEquals(TlsHandle.WANT_READ, link.server.read(rest));
    }
  }

  // ---- ends

  @ParameterizedTest
  @MethodSource("versions")
  void tellsACleanEndFromATruncatedOne(TlsVersion version) throws Exception {
    try (Link link = link(client(), server(version))) {
      link.handshake();
      link.client.write(ByteBuffer.wrap(bytes(5)));
      link.client.shutdownOutput();
      ByteBuffer got = ByteBuffer.allocate(10);
      assertEquals(5, Link.readUntilResult(link.client, link.server, got));
      assertEquals(TlsHandle.END, Link.readUntilResult(link.client, link.server, got));
      assertEquals(TlsHandle.END, link.server.read(got));
    }
    for (boolean clientCuts : List.of(true, false)) {
      try (Link link = link(client(), server(version))) {
        link.handshake();
        TlsHandle victim = clientCuts ? link.server : link.client;
        (clientCuts ? link.wire.left() : link.wire.right()).end();
        TlsException cut =
            assertThrows(
                TlsException.class,
                () -> Link.readUntilResult(victim, victim, ByteBuffer.allocate(10)));
        assertEquals(TlsErrorCode.TCP_CLOSED_FIN, cut.code());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void readsOnAfterItsOwnEndWhereItSaysSo(TlsVersion version) throws Exception {
    boolean declared = stack().capabilities().supports(Feature.HALF_CLOSE, version, Role.CLIENT);
    if (!declared) {
      return; // Nothing is promised, so there is nothing to hold the stack to.
    }
    try (Link link = link(client(), server(version))) {
      link.handshake();
      link.client.shutdownOutput();
      assertEquals(
          TlsHandle.END, Link.readUntilResult(link.client, link.server, ByteBuffer.allocate(1)));
      byte[] answer = bytes(30_000);
      assertArrayEquals(
          answer, Link.send(link.server, link.client, ByteBuffer.wrap(answer), answer.length));
      link.server.shutdownOutput();
      assertEquals(
          TlsHandle.END, Link.readUntilResult(link.server, link.client, ByteBuffer.allocate(1)));
    }
  }

  @Test
  void closesMoreThanOnceAndInEveryState() throws Exception {
    try (Link link = link(client(), server(TlsVersion.ANY))) {
      link.client.close();
      link.client.close();
      link.server.handshake();
      link.server.close();
      link.server.close();
    }
  }

  // ---- verification: the same flags on every stack

  /** A bad certificate and what is said of it. */
  enum BadServer {
    EXPIRED(EnumSet.of(VerificationFlag.EXPIRED)) {
      @Override
      Issued issue() {
        return good().expired().issue();
      }
    },
    NOT_YET_VALID(EnumSet.of(VerificationFlag.NOT_YET_VALID)) {
      @Override
      Issued issue() {
        return good().notYetValid().issue();
      }
    },
    UNKNOWN_AUTHORITY(EnumSet.of(VerificationFlag.NOT_TRUSTED)) {
      @Override
      Issued issue() {
        return OTHER_CA.certificate().dns(HOST).forServers().issue();
      }
    },
    WRONG_NAME(EnumSet.of(VerificationFlag.NAME_MISMATCH)) {
      @Override
      Issued issue() {
        return CA.certificate().dns("other.test").forServers().issue();
      }
    },
    WRONG_USE(EnumSet.of(VerificationFlag.BAD_EXTENDED_KEY_USAGE)) {
      @Override
      Issued issue() {
        return CA.certificate().dns(HOST).forClients().issue();
      }
    },
    EXPIRED_WITH_WRONG_NAME(EnumSet.of(VerificationFlag.EXPIRED, VerificationFlag.NAME_MISMATCH)) {
      @Override
      Issued issue() {
        return CA.certificate().dns("other.test").forServers().expired().issue();
      }
    };

    private final int bits;

    BadServer(Set<VerificationFlag> flags) {
      this.bits = VerificationFlag.bits(flags);
    }

    abstract Issued issue();

    static CertificateBuilder good() {
      return CA.certificate().dns(HOST).forServers();
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesABadServerForTheRightReason(BadServer bad) throws Exception {
    for (TlsVersion version : versions().toList()) {
      Identity identity = identity(bad.issue());
      try (Link link = link(client(), ServerConfig.builder().identity(identity).version(version))) {
        TlsException refused = link.clientFails();
        assertEquals(TlsErrorCode.SSL_HANDSHAKE_FAILED, refused.code());
        assertEquals(
            VerificationFlag.of(bad.bits), refused.verificationFlags(), refused.getMessage());
        assertFalse(refused.getMessage().isBlank());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void requiresAClientCertificateOfTheRightAuthority(TlsVersion version) throws Exception {
    ServerConfig.Builder server =
        server(version).clientAuthorities(List.of(CA.authorityCertificate()));
    try (Link link = link(client(), server)) {
      TlsException refused = link.serverFails();
      assertEquals(TlsErrorCode.SSL_HANDSHAKE_FAILED, refused.code());
      assertEquals(
          EnumSet.of(VerificationFlag.MISSING), refused.verificationFlags(), refused.getMessage());
    }
    Issued stranger = OTHER_CA.certificate().subject("CN=stranger").forClients().issue();
    try (Link link = link(client().identity(identity(stranger)), server)) {
      TlsException refused = link.serverFails();
      assertEquals(TlsErrorCode.SSL_HANDSHAKE_FAILED, refused.code());
      assertFalse(refused.verificationFlags().isEmpty(), refused.getMessage());
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void matchesWildcardsAndAddressesAndTheConfiguredName(TlsVersion version) throws Exception {
    Issued wildcard = CA.certificate().dns("*.example.test").ip("192.0.2.7").issue();
    Identity identity = identity(wildcard);
    record Row(String host, String commonName, boolean accepted) {}
    for (Row row :
        List.of(
            new Row("a.example.test", "", true),
            new Row("A.EXAMPLE.TEST", "", true),
            new Row("a.b.example.test", "", false),
            new Row("example.test", "", false),
            new Row("192.0.2.7", "", true),
            new Row("192.0.2.8", "", false),
            new Row("elsewhere.test", "b.example.test", true))) {
      ClientConfig.Builder client = client();
      if (!row.commonName.isEmpty()) {
        client.commonName(row.commonName);
      }
      ServerConfig.Builder server = ServerConfig.builder().identity(identity).version(version);
      try (Link link = link(client, server, row.host, MemoryTransport.pair())) {
        if (row.accepted) {
          link.handshake();
          boolean address = row.host.startsWith("192.");
          assertEquals(!address, link.server.session().serverName().isPresent(), row.toString());
        } else {
          assertEquals(
              EnumSet.of(VerificationFlag.NAME_MISMATCH),
              link.clientFails().verificationFlags(),
              row.toString());
        }
      }
    }
  }

  @Test
  void skippingTheNameSendsNoneAndChecksNone() throws Exception {
    try (Link link =
        link(
            client().skipCommonName(),
            server(TlsVersion.ANY),
            "else.test",
            MemoryTransport.pair())) {
      link.handshake();
      assertTrue(link.server.session().serverName().isEmpty());
    }
  }

  // ---- restrictions

  @ParameterizedTest
  @MethodSource("versions")
  void agreesOnNothingButTheConfiguredSuite(TlsVersion version) throws Exception {
    TlsStackOps stack = stack();
    Issued rsa = CA.certificate().dns(HOST).key(KeyType.RSA_2048).issue();
    for (CipherSuite suite : stack.cipherSuites()) {
      boolean tried = suite.isStrong() && !suite.isPreShared() && suite.version() == version;
      boolean selectable =
          stack.capabilities().supports(Feature.CIPHER_SUITE_SELECTION, version, Role.SERVER);
      if (tried && selectable) {
        Identity identity = identity(suite.name().contains("_RSA_") ? rsa : SERVER);
        try (Link link =
            link(
                client().cipherSuites(List.of(suite)),
                ServerConfig.builder().identity(identity).version(version))) {
          link.handshake();
          assertEquals(Optional.of(suite), link.server.session().cipherSuite());
        }
      }
    }
  }

  @Test
  void refusesASuiteThatItDoesNotHaveAndNamesThoseThatItHas() throws Exception {
    TlsStackOps stack = stack();
    CipherSuite unknown = new CipherSuite(0xFEFE, "TLS_NOT_OF_THIS_WORLD");
    TlsException refused =
        assertThrows(
            TlsException.class,
            () -> stack.prepare(client().cipherSuites(List.of(unknown)).build()).close());
    assertEquals(TlsErrorCode.INVALID_ARG, refused.code());
    assertTrue(refused.getMessage().contains("TLS_NOT_OF_THIS_WORLD"));
    assertTrue(refused.getMessage().contains(stack.cipherSuites().get(0).name()));
  }

  @Test
  void refusesAPeerOfAnotherVersion() throws Exception {
    try (Link link = link(client().version(TlsVersion.TLS_1_2), server(TlsVersion.TLS_1_3))) {
      assertEquals(TlsErrorCode.SSL_HANDSHAKE_FAILED, link.serverFails().code());
    }
    try (Link link = link(client().version(TlsVersion.TLS_1_3), server(TlsVersion.TLS_1_2))) {
      assertEquals(TlsErrorCode.SSL_HANDSHAKE_FAILED, link.clientFails().code());
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void refusesAClientWhoseProtocolsItDoesNotSpeak(TlsVersion version) throws Exception {
    try (Link link = link(client().alpn(List.of("mqtt")), server(version).alpn(List.of("h2")))) {
      assertEquals(TlsErrorCode.SSL_HANDSHAKE_FAILED, link.serverFails().code());
    }
    try (Link link = link(client(), server(version).alpn(List.of("h2")))) {
      link.handshake();
      assertTrue(link.server.session().applicationProtocol().isEmpty());
    }
  }

  // ---- peers that do not speak TLS

  @Test
  void saysWhatAPeerSpokeInsteadOfTls() throws Exception {
    TlsStackContext context = stack().prepare(server(TlsVersion.ANY).build());
    record Row(String bytes, String expected) {}
    for (Row row :
        List.of(
            new Row("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP"),
            new Row("\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007garbage", "TLS"))) {
      MemoryTransport.Pair wire = MemoryTransport.pair();
      wire.left().write(ByteBuffer.wrap(row.bytes.getBytes(StandardCharsets.ISO_8859_1)));
      try (TlsHandle handle = context.newHandle(new Peer("client.test", 1), wire.right())) {
        TlsException refused = assertThrows(TlsException.class, handle::handshake);
        assertEquals(TlsErrorCode.SSL_HANDSHAKE_FAILED, refused.code());
        assertTrue(refused.getMessage().contains(row.expected), refused.getMessage());
      }
    }
    context.close();
  }

  @Test
  void saysThatThePeerHungUpInTheHandshake() throws Exception {
    try (Link link = link(client(), server(TlsVersion.ANY))) {
      link.client.handshake();
      link.wire.right().end();
      TlsException refused = assertThrows(TlsException.class, link.client::handshake);
      assertEquals(TlsErrorCode.TCP_CLOSED_FIN, refused.code());
    }
  }
}
