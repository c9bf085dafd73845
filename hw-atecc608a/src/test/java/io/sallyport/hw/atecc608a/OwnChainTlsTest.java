package io.sallyport.hw.atecc608a;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.hw.HardwareKeys;
import io.sallyport.hw.Limits;
import io.sallyport.hw.atecc608a.simulator.Atecc608Simulator;
import io.sallyport.hw.atecc608a.simulator.Layout;
import io.sallyport.hw.testkit.Loggers;
import io.sallyport.stack.bouncycastle.BouncyCastleStack;
import io.sallyport.stack.conscrypt.ConscryptStack;
import io.sallyport.stack.jsse.JsseStack;
import io.sallyport.testkit.contract.Link;
import io.sallyport.testkit.peer.ForeignPeer;
import io.sallyport.testkit.peer.Talk;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.transport.MemoryTransport;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Identity;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.TlsStackContext;
import io.sallyport.tls.stack.TlsStackOps;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Mutual TLS with a Trust&amp;GO chip that comes with its certificates: the peer knows its root.
 */
@Timeout(120)
class OwnChainTlsTest {
  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.root("CN=Own Chain Test Root");
  private static final Issued SOFTWARE =
      AUTHORITY.certificate().subject("CN=software").dns(Talk.HOST).issue();
  private static final byte[] MESSAGE = "by the chip".getBytes(StandardCharsets.US_ASCII);

  @TempDir
  @SuppressWarnings("NullAway.Init") // By JUnit.
  private Path folder;

  @SuppressWarnings("NullAway.Init") // By opens().
  private WireOpener opener;

  @SuppressWarnings("NullAway.Init") // By opens().
  private HardwareKeys keys;

  @SuppressWarnings("NullAway.Init") // By opens().
  private Identity own;

  @SuppressWarnings("NullAway.Init") // By opens().
  private X509Certificate root;

  @BeforeEach
  void opens() throws Exception {
    Path state = folder.resolve("chip");
    opener = new SimulatedWire(state, Layout.TRUST_AND_GO);
    keys =
        HardwareKeys.open(
            "atecc608a",
            new Atecc608aHardware(opener, 0, Optional.empty()),
            new Limits(64, Duration.ofSeconds(20)),
            Loggers.quiet());
    own = keys.provider().keys().get(0).identity();
    try (InputStream in = Files.newInputStream(Atecc608Simulator.rootOf(state))) {
      root = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  @AfterEach
  void closes() {
    keys.close();
    opener.close();
  }

  static Stream<Arguments> cells() throws TlsException {
    List<Arguments> cells = new ArrayList<>();
    for (TlsStackOps stack :
        List.of(new JsseStack(), new BouncyCastleStack(), new ConscryptStack())) {
      for (TlsVersion version : List.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3)) {
        cells.add(Arguments.of(stack.name(), version, stack));
      }
    }
    return cells.stream();
  }

  private ClientConfig chipAsClient(TlsVersion version) throws TlsException {
    return ClientConfig.builder()
        .authorities(List.of(AUTHORITY.authorityCertificate()))
        .identity(own)
        .version(version)
        .build();
  }

  private static ServerConfig softwareAsServer(X509Certificate trusted, TlsVersion version)
      throws TlsException {
    return ServerConfig.builder()
        .clientAuthorities(List.of(trusted))
        .identity(Identity.of(SOFTWARE.chain(), SOFTWARE.key()))
        .version(version)
        .build();
  }

  private static void talk(Link link, TlsVersion version) throws Exception {
    link.handshake();
    assertEquals(version, link.client.session().version());
    assertArrayEquals(
        MESSAGE, Link.send(link.client, link.server, ByteBuffer.wrap(MESSAGE), MESSAGE.length));
    assertArrayEquals(
        MESSAGE, Link.send(link.server, link.client, ByteBuffer.wrap(MESSAGE), MESSAGE.length));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cells")
  void asAClient(String name, TlsVersion version, TlsStackOps stack) throws Exception {
    try (Link link =
        new Link(
            stack,
            chipAsClient(version),
            new JsseStack(),
            softwareAsServer(root, version),
            Talk.HOST,
            MemoryTransport.pair())) {
      talk(link, version);
      assertEquals(own.chain().get(0), link.server.session().peerCertificates().get(0));
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cells")
  void asAServerWhoseNameIsNotAHosts(String name, TlsVersion version, TlsStackOps stack)
      throws Exception {
    ServerConfig chip =
        ServerConfig.builder()
            .clientAuthorities(List.of(AUTHORITY.authorityCertificate()))
            .identity(own)
            .version(version)
            .build();
    ClientConfig software =
        ClientConfig.builder()
            .authorities(List.of(root))
            .identity(Identity.of(SOFTWARE.chain(), SOFTWARE.key()))
            .skipCommonName()
            .version(version)
            .build();
    try (Link link =
        new Link(new JsseStack(), software, stack, chip, Talk.HOST, MemoryTransport.pair())) {
      talk(link, version);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cells")
  void opensslVerifiesTheChain(String name, TlsVersion version, TlsStackOps stack)
      throws Exception {
    assumeTrue(ForeignPeer.isInstalled("openssl"), "openssl is not installed");
    TlsStackContext context = stack.prepare(chipAsClient(version));
    String option = version == TlsVersion.TLS_1_2 ? "-tls1_2" : "-tls1_3";
    try (ForeignPeer peer = ForeignPeer.opensslVerifying(SOFTWARE, root, option);
        Talk talk = Talk.connect(context, peer.port(), Optional.empty())) {
      assertEquals("pihc", talk.exchange("chip")); // OpenSSL turns the line round.
    }
    context.close();
  }

  /** Each simulated chip has a root of its own: another's does not do. */
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cells")
  void aPeerWithAnotherRootRefuses(String name, TlsVersion version, TlsStackOps stack)
      throws Exception {
    Path other = folder.resolve("other");
    Atecc608Simulator.open(other, Layout.TRUST_AND_GO).close();
    X509Certificate stranger;
    try (InputStream in = Files.newInputStream(Atecc608Simulator.rootOf(other))) {
      stranger = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
    try (Link link =
        new Link(
            stack,
            chipAsClient(version),
            new JsseStack(),
            softwareAsServer(stranger, version),
            Talk.HOST,
            MemoryTransport.pair())) {
      assertThrows(TlsException.class, () -> talk(link, version));
    }
  }
}
