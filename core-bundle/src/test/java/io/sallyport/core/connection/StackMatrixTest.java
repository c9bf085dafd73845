package io.sallyport.core.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.core.registry.Candidate;
import io.sallyport.core.registry.Choice;
import io.sallyport.core.registry.ConfigResolver;
import io.sallyport.core.registry.Policy;
import io.sallyport.core.registry.QuietEvents;
import io.sallyport.core.registry.StackRegistry;
import io.sallyport.stack.bouncycastle.BouncyCastleStack;
import io.sallyport.stack.conscrypt.ConscryptStack;
import io.sallyport.stack.jsse.JsseStack;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Identity;
import io.sallyport.tls.Progress;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.SwapOptions;
import io.sallyport.tls.stack.SwapResult;
import io.sallyport.tls.stack.TlsStackOps;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each stack as client against each as server, over sockets, in both versions. */
class StackMatrixTest {
  private static final CertificateAuthority CA = CertificateAuthority.root("CN=Test CA");
  private static final Issued SERVER = CA.certificate().dns("localhost").forServers().issue();
  private static final Issued CLIENT = CA.certificate().subject("CN=client").forClients().issue();

  private static StackRegistry registry;
  private static Connections connections;
  private static ExecutorService threads;
  private static ServerSocketChannel listener;

  @BeforeAll
  static void start() throws Exception {
    registry =
        new StackRegistry(Policy.DEFAULT, new QuietEvents(), List::of, ConfigResolver.NOTHING);
    connections = new Connections(registry::openOnce);
    threads = Executors.newCachedThreadPool();
    listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    long id = 0;
    for (TlsStackOps ops :
        List.of(new JsseStack(), new BouncyCastleStack(), new ConscryptStack())) {
      registry.add(new Candidate(ops, "test", 0, id++, Map.of(), Set::of));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    listener.close();
    connections.close();
    registry.close();
    threads.shutdownNow();
  }

  private static Stream<Arguments> rows() {
    List<Arguments> rows = new ArrayList<>();
    List<String> stacks = List.of("jsse", "bouncycastle", "conscrypt");
    for (String server : stacks) {
      for (String client : stacks) {
        for (TlsVersion version : List.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3)) {
          for (boolean certificate : List.of(false, true)) {
            rows.add(Arguments.of(server, client, version, certificate));
          }
        }
      }
    }
    return rows.stream();
  }

  @ParameterizedTest(name = "server {0}, client {1}, {2}, client certificate {3}")
  @MethodSource("rows")
  void bytesArriveBothWays(
      String serverStack, String clientStack, TlsVersion version, boolean certificate)
      throws Exception {
    ServerConfig.Builder server =
        ServerConfig.builder()
            .identity(Identity.of(SERVER.chain(), SERVER.key()))
            .alpn(List.of("two", "one"))
            .version(version);
    ClientConfig.Builder client =
        ClientConfig.builder().authorities(List.of(CA.authorityCertificate())).alpn(List.of("one"));
    if (certificate) {
      server.clientAuthorities(List.of(CA.authorityCertificate()));
      client.identity(Identity.of(CLIENT.chain(), CLIENT.key()));
    }
    registry.swap(Choice.name(serverStack), SwapOptions.DEFAULT);
    SocketChannel raw = SocketChannel.open(listener.getLocalAddress());
    TlsConnection accepting = connections.openServer(listener.accept(), server.build());
    accepting.channel().orElseThrow().configureBlocking(false);
    accepting.advance(); // Takes the lease: the server keeps its stack.
    SwapResult swapped = registry.swap(Choice.name(clientStack), SwapOptions.DEFAULT);
    assertEquals(clientStack, swapped.to());
    byte[] sent = new byte[300_000];
    new Random(7).nextBytes(sent);
    Future<byte[]> echoed = threads.submit(() -> echo(accepting, sent.length));
    try (TlsConnection connection = connections.adopt(raw, "localhost", client.build())) {
      connection.advance();
      connection.write(ByteBuffer.wrap(sent));
      ByteBuffer received = ByteBuffer.allocate(sent.length);
      while (received.hasRemaining()) {
        assertTrue(connection.read(received) > 0);
      }
      assertArrayEquals(sent, received.array());
      assertArrayEquals(sent, echoed.get(20, TimeUnit.SECONDS));
      assertEquals(version, connection.session().version());
      assertEquals(clientStack, connection.session().stack());
      assertEquals(serverStack, accepting.session().stack());
      assertEquals("one", connection.session().applicationProtocol().orElseThrow());
      assertEquals("localhost", accepting.session().serverName().orElseThrow());
      assertEquals(SERVER.certificate(), connection.session().peerCertificates().get(0));
      assertEquals(certificate ? 1 : 0, accepting.session().peerCertificates().size());
      assertEquals(connection.session().cipherSuite(), accepting.session().cipherSuite());
      assertEquals(connection.session().group(), accepting.session().group());
      assertTrue(connection.session().group().isPresent());
      accepting.shutdownOutput();
      assertEquals(TlsHandle.END, connection.read(ByteBuffer.allocate(1)));
    } finally {
      accepting.close();
    }
  }

  /** The non-blocking form, driven by polling. */
  private static byte[] echo(TlsConnection connection, int length) throws Exception {
    while (connection.advance() != Progress.DONE) {
      Thread.onSpinWait();
    }
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      int count = connection.read(buffer);
      assertTrue(count != TlsHandle.END);
      Thread.onSpinWait();
    }
    ByteBuffer back = buffer.duplicate().flip();
    while (back.hasRemaining() || connection.flush() != Progress.DONE) {
      connection.write(back);
      Thread.onSpinWait();
    }
    return buffer.array();
  }
}
