package io.sallyport.core.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.core.credential.GlobalCaStore;
import io.sallyport.stack.bouncycastle.BouncyCastleStack;
import io.sallyport.stack.conscrypt.ConscryptStack;
import io.sallyport.stack.jsse.JsseStack;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ConnectionState;
import io.sallyport.tls.Identity;
import io.sallyport.tls.Peer;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.stack.TlsStackOps;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What ESP-TLS's own tests assert of connections ({@code components/esp-tls/test_apps}); its walk
 * through the registration is in StackRegistryTest.
 */
class EspTlsBehavioursTest {
  private static final CertificateAuthority CA = CertificateAuthority.root("CN=Test CA");
  private static final Issued SERVER = CA.certificate().dns("localhost").forServers().issue();

  private static Stream<TlsStackOps> stacks() throws TlsException {
    return Stream.of(new JsseStack(), new BouncyCastleStack(), new ConscryptStack());
  }

  private static ClientConfig client() throws TlsException {
    return ClientConfig.builder().authorities(List.of(CA.authorityCertificate())).build();
  }

  private static ServerConfig server() throws TlsException {
    return ServerConfig.builder().identity(Identity.of(SERVER.chain(), SERVER.key())).build();
  }

  private static Connections connections(TlsStackOps stack) {
    return new Connections(
        (config, peer, transport, onDrain, session) ->
            stack.prepare(config).newHandle(peer, transport, session));
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void readAndWriteBeforeTheConnectionIsUpAreErrors(TlsStackOps stack) throws Exception {
    try (Connections connections = connections(stack);
        TlsConnection connection = connections.open("localhost", 1, client())) {
      assertEquals(
          TlsErrorCode.INVALID_STATE,
          assertThrows(TlsException.class, () -> connection.read(ByteBuffer.allocate(1))).code());
      assertEquals(
          TlsErrorCode.INVALID_STATE,
          assertThrows(TlsException.class, () -> connection.write(ByteBuffer.allocate(1))).code());
    }
    TlsHandle handle =
        stack
            .prepare(client())
            .newHandle(
                new Peer("localhost", 1),
                io.sallyport.testkit.transport.MemoryTransport.pair().left());
    assertEquals(
        TlsErrorCode.INVALID_STATE,
        assertThrows(TlsException.class, () -> handle.read(ByteBuffer.allocate(1))).code());
    assertEquals(
        TlsErrorCode.INVALID_STATE,
        assertThrows(TlsException.class, () -> handle.write(ByteBuffer.allocate(1))).code());
    handle.close();
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void aConnectionThatWasMadeAndNeverUsedIsDestroyed(TlsStackOps stack) throws Exception {
    try (Connections connections = connections(stack)) {
      TlsConnection connection = connections.open("localhost", 1, client());
      assertEquals(ConnectionState.INIT, connection.state());
      connection.close();
      connection.close();
    }
  }

  /** It takes the bytes into the stack's buffer, and {@code bytesAvailable} tells of them. */
  @ParameterizedTest
  @MethodSource("stacks")
  void aReadOfLengthZeroIsAllowedAndPullsBytesIn(TlsStackOps stack) throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (ServerSocketChannel listener = ServerSocketChannel.open();
        Connections connections = connections(stack)) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
      Future<TlsConnection> accepted =
          threads.submit(() -> connections.accept(listener.accept(), server()));
      try (TlsConnection connection = connections.connect("localhost", port, client());
          TlsConnection peer = accepted.get(20, TimeUnit.SECONDS)) {
        peer.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (connection.bytesAvailable() == 0 && System.nanoTime() < deadline) {
          assertEquals(0, connection.read(ByteBuffer.allocate(0)));
        }
        assertEquals(3, connection.bytesAvailable());
        ByteBuffer bytes = ByteBuffer.allocate(10);
        assertEquals(3, connection.read(bytes));
        assertEquals(0, connection.bytesAvailable());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void aServerSessionOnABadChannelFailsAndCanStillBeDeleted(TlsStackOps stack) throws Exception {
    try (Connections connections = connections(stack)) {
      SocketChannel unconnected = SocketChannel.open();
      assertEquals(
          TlsErrorCode.INVALID_ARG,
          assertThrows(TlsException.class, () -> connections.accept(unconnected, server())).code());
      unconnected.close();
      assertEquals(
          TlsErrorCode.INVALID_ARG,
          assertThrows(TlsException.class, () -> connections.openServer(unconnected, server()))
              .code());
    }
  }

  @Test
  void theGlobalStoreIsSetAndFreed() throws Exception {
    GlobalCaStore store = new GlobalCaStore(() -> {});
    assertEquals(0, store.add(Pem.certificates(List.of(CA.authorityCertificate()))));
    assertEquals(List.of(CA.authorityCertificate()), store.certificates());
    store.clear();
    assertTrue(store.certificates().isEmpty());
  }
}
