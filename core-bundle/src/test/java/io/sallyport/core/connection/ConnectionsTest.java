package io.sallyport.core.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.core.registry.Candidate;
import io.sallyport.core.registry.Choice;
import io.sallyport.core.registry.ConfigResolver;
import io.sallyport.core.registry.Policy;
import io.sallyport.core.registry.QuietEvents;
import io.sallyport.core.registry.StackRegistry;
import io.sallyport.stack.jsse.JsseStack;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.tls.AddressFamily;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ConnectionState;
import io.sallyport.tls.Identity;
import io.sallyport.tls.Progress;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TcpOptions;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.stack.SwapOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** What goes wrong on the way to a connection and on it, and what is said then. */
@Timeout(60)
class ConnectionsTest {
  private static final CertificateAuthority CA = CertificateAuthority.root("CN=Test CA");
  private static final Issued SERVER = CA.certificate().dns("localhost").forServers().issue();
  private static final String LOOPBACK = "127.0.0.1";

  private static StackRegistry registry;
  private static Connections connections;
  private static ExecutorService threads;

  private ServerSocketChannel listener;

  @BeforeAll
  static void start() throws Exception {
    registry =
        new StackRegistry(Policy.DEFAULT, new QuietEvents(), List::of, ConfigResolver.NOTHING);
    connections = new Connections(registry::openOnce);
    threads = Executors.newCachedThreadPool();
    registry.add(new Candidate(new JsseStack(), "test", 0, 0, Map.of(), Set::of));
    registry.swap(Choice.name("jsse"), SwapOptions.DEFAULT);
  }

  @AfterAll
  static void stop() {
    connections.close();
    registry.close();
    threads.shutdownNow();
  }

  @BeforeEach
  void listen() throws Exception {
    listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(LOOPBACK, 0));
  }

  @AfterEach
  void close() throws Exception {
    listener.close();
  }

  private int port() {
    return listener.socket().getLocalPort();
  }

  private static ClientConfig.Builder tls() throws TlsException {
    return ClientConfig.builder()
        .authorities(List.of(CA.authorityCertificate()))
        .commonName("localhost");
  }

  private static ClientConfig.Builder plain() {
    return ClientConfig.builder().plainTcp();
  }

  private static ServerConfig.Builder server() throws TlsException {
    return ServerConfig.builder().identity(Identity.of(SERVER.chain(), SERVER.key()));
  }

  private static TlsException fails(TlsErrorCode code, Executable call) {
    TlsException thrown = assertThrows(TlsException.class, call);
    assertEquals(code, thrown.code(), thrown.getMessage());
    return thrown;
  }

  private static void says(TlsException thrown, String words) {
    assertTrue(thrown.getMessage().contains(words), thrown.getMessage());
  }

  private static Progress advanceToTheEnd(TlsConnection connection) throws TlsException {
    while (connection.advance() != Progress.DONE) {
      Thread.onSpinWait();
    }
    return Progress.DONE;
  }

  private int refusedPort() throws Exception {
    int port = port();
    listener.close();
    return port;
  }

  // ---- the way to a TCP connection

  @Test
  void aRefusedPortIsSaidByTheBlockingForm() throws Exception {
    int port = refusedPort();
    TlsException refused =
        fails(
            TlsErrorCode.FAILED_CONNECT_TO_HOST,
            () -> connections.connect(LOOPBACK, port, tls().build()));
    says(refused, LOOPBACK);
    says(refused, Integer.toString(port));
    says(refused, "refused");
  }

  @Test
  void aRefusedPortIsNoSuccessOfTheNonBlockingFormAndReadingTheErrorClearsIt() throws Exception {
    try (TlsConnection connection = connections.open(LOOPBACK, refusedPort(), tls().build())) {
      assertEquals(ConnectionState.INIT, connection.state());
      TlsException refused =
          fails(TlsErrorCode.FAILED_CONNECT_TO_HOST, () -> advanceToTheEnd(connection));
      assertEquals(ConnectionState.FAIL, connection.state());
      assertSame(refused, connection.takeLastError().orElseThrow());
      assertTrue(connection.takeLastError().isEmpty());
      fails(TlsErrorCode.INVALID_STATE, connection::advance);
      fails(TlsErrorCode.INVALID_STATE, () -> connection.read(ByteBuffer.allocate(1)));
      fails(TlsErrorCode.INVALID_STATE, () -> connection.write(ByteBuffer.allocate(1)));
    }
  }

  @Test
  void anUnknownHostIsSaid() throws Exception {
    says(
        fails(
            TlsErrorCode.CANNOT_RESOLVE_HOSTNAME,
            () ->
                connections.connect(
                    "nowhere.invalid", 1, tls().timeout(Duration.ofSeconds(50)).build())),
        "nowhere.invalid");
  }

  @Test
  void anAddressOfAnotherFamilyIsNotTried() {
    fails(
        TlsErrorCode.UNSUPPORTED_PROTOCOL_FAMILY,
        () ->
            connections.connect(
                LOOPBACK,
                port(),
                plain().tcp(TcpOptions.DEFAULT.withAddressFamily(AddressFamily.INET6)).build()));
  }

  @Test
  void aBadPlaceIsRefusedBeforeAnythingIsSent() throws Exception {
    ClientConfig config = tls().build();
    fails(TlsErrorCode.INVALID_ARG, () -> connections.open(LOOPBACK, 0, config));
    fails(TlsErrorCode.INVALID_ARG, () -> connections.open(LOOPBACK, 65536, config));
    fails(TlsErrorCode.INVALID_ARG, () -> connections.open(" ", 1, config));
    for (String uri : List.of("http://h/", "ftp://h/", "https:///path", "https://h:99999/", "h")) {
      fails(TlsErrorCode.INVALID_ARG, () -> connections.open(URI.create(uri), config));
    }
    fails(
        TlsErrorCode.INVALID_ARG,
        () -> connections.open(URI.create("https://h/"), plain().build()));
    fails(TlsErrorCode.INVALID_ARG, () -> connections.adopt(SocketChannel.open(), "h", config));
  }

  @Test
  void aUriGivesHostAndPort() throws Exception {
    URI uri = URI.create("HTTP://" + LOOPBACK + ":" + port() + "/path");
    try (TlsConnection connection = connections.connect(uri, plain().build())) {
      assertEquals(
          listener.getLocalAddress(), connection.channel().orElseThrow().getRemoteAddress());
    }
  }

  @Test
  void whenOneAddressRefusesTheNextOneIsTried() throws Exception {
    AddressAttempts attempts = attempts("127.0.0.2", LOOPBACK);
    SocketChannel channel = connected(attempts);
    assertEquals(listener.getLocalAddress(), channel.getRemoteAddress());
    attempts.close();
    assertFalse(channel.isOpen());
  }

  @Test
  void whenOneAddressIsSilentTheNextOneIsTriedInTime() throws Exception {
    try (Blackhole silent = new Blackhole("127.0.0.2", port())) {
      AddressAttempts attempts = attempts(silent.address(), LOOPBACK);
      SocketChannel channel = connected(attempts);
      assertEquals(listener.getLocalAddress(), channel.getRemoteAddress());
      attempts.close();
    }
  }

  @Test
  void whenEveryAddressRefusesAllOfThemAreNamed() throws Exception {
    int port = refusedPort();
    AddressAttempts attempts =
        new AddressAttempts(
            List.of(InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.3")),
            "host",
            port,
            TcpOptions.DEFAULT,
            new Deadline(Duration.ofSeconds(5)));
    TlsException thrown = fails(TlsErrorCode.FAILED_CONNECT_TO_HOST, () -> connected(attempts));
    says(thrown, "127.0.0.2");
    says(thrown, "127.0.0.3");
  }

  private AddressAttempts attempts(String... addresses) throws Exception {
    List<InetAddress> parsed = new ArrayList<>();
    for (String address : addresses) {
      parsed.add(InetAddress.getByName(address));
    }
    return new AddressAttempts(
        parsed, "host", port(), TcpOptions.DEFAULT, new Deadline(Duration.ofSeconds(4)));
  }

  private static SocketChannel connected(AddressAttempts attempts) throws Exception {
    while (true) {
      Optional<SocketChannel> channel = attempts.advance();
      if (channel.isPresent()) {
        return channel.get();
      }
      Thread.sleep(5);
    }
  }

  @Test
  void aHostThatNeverAnswersEndsAtTheDeadline() throws Exception {
    try (Blackhole silent = new Blackhole("127.0.0.2", 0)) {
      ClientConfig config = tls().timeout(Duration.ofMillis(400)).build();
      long start = System.nanoTime();
      TlsException late =
          fails(
              TlsErrorCode.CONNECTION_TIMEOUT,
              () -> connections.connect(silent.address(), silent.port(), config));
      assertWithin(start, 400, 5000);
      says(late, "400 ms");
      says(late, "the TCP connection");
    }
  }

  private static void assertWithin(long startNanos, long least, long most) {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    assertTrue(millis >= least - 1 && millis < most, () -> "took " + millis + " ms");
  }

  // ---- socket options

  @Test
  void keepAliveAndInterfaceReachTheSocket() throws Exception {
    TcpOptions options =
        TcpOptions.DEFAULT
            .withKeepAlive(
                new TcpOptions.KeepAlive(Duration.ofSeconds(7), Duration.ofSeconds(3), 4))
            .withInterfaceName(
                NetworkInterface.getByInetAddress(InetAddress.getByName(LOOPBACK)).getName());
    try (TlsConnection connection =
        connections.connect(LOOPBACK, port(), plain().tcp(options).build())) {
      SocketChannel channel = connection.channel().orElseThrow();
      assertEquals(true, channel.getOption(StandardSocketOptions.SO_KEEPALIVE));
      assertEquals(7, channel.getOption(ExtendedSocketOptions.TCP_KEEPIDLE));
      assertEquals(3, channel.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL));
      assertEquals(4, channel.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT));
      assertTrue(((InetSocketAddress) channel.getLocalAddress()).getAddress().isLoopbackAddress());
    }
  }

  @Test
  void anUnknownInterfaceIsSaid() {
    says(
        fails(
            TlsErrorCode.SOCKET_SETOPT_FAILED,
            () ->
                connections.connect(
                    LOOPBACK,
                    port(),
                    plain().tcp(TcpOptions.DEFAULT.withInterfaceName("nosuch0")).build())),
        "nosuch0");
  }

  // ---- plain TCP

  @Test
  void plainTcpHasTheSameCallsAndNoTls() throws Exception {
    TcpOptions afterwards = TcpOptions.DEFAULT.withNonBlocking(true);
    try (TlsConnection connection =
            connections.connect(LOOPBACK, port(), plain().tcp(afterwards).build());
        SocketChannel peer = listener.accept()) {
      assertEquals(ConnectionState.DONE, connection.state());
      assertEquals(Long.MAX_VALUE, connection.millisToDeadline());
      assertTrue(connection.session().peerCertificates().isEmpty());
      ByteBuffer buffer = ByteBuffer.allocate(10);
      assertEquals(TlsHandle.WANT_READ, connection.read(buffer));
      assertEquals(SelectionKey.OP_READ, connection.interestOps());
      assertEquals(0, connection.read(ByteBuffer.allocate(0)));
      assertEquals(0, connection.write(ByteBuffer.allocate(0)));
      assertEquals(2, connection.write(ByteBuffer.wrap(new byte[] {1, 2}).asReadOnlyBuffer()));
      assertEquals(2, peer.read(buffer));
      assertEquals(Progress.DONE, connection.shutdownOutput());
      assertEquals(-1, peer.read(buffer));
      peer.write(ByteBuffer.wrap(new byte[] {3}));
      peer.shutdownOutput();
      int count = connection.read(buffer);
      while (count == TlsHandle.WANT_READ) {
        count = connection.read(buffer);
      }
      assertEquals(1, count);
      while (count != TlsHandle.END) {
        count = connection.read(buffer);
        assertTrue(count == TlsHandle.WANT_READ || count == TlsHandle.END);
      }
    }
  }

  @Test
  void aBlockingReadThatTimesOutLeavesTheConnectionUsable() throws Exception {
    ClientConfig config = plain().timeout(Duration.ofMillis(200)).build();
    try (TlsConnection connection = connections.connect(LOOPBACK, port(), config);
        SocketChannel peer = listener.accept()) {
      ByteBuffer buffer = ByteBuffer.allocate(4);
      TlsException late = fails(TlsErrorCode.TIMEOUT, () -> connection.read(buffer));
      assertSame(late, connection.takeLastError().orElseThrow());
      peer.write(ByteBuffer.wrap(new byte[] {1}));
      assertEquals(1, connection.read(buffer));
      assertEquals(ConnectionState.DONE, connection.state());
    }
  }

  // ---- TLS

  @Test
  void aServerThatStaysSilentEndsAtTheDeadlineInBothForms() throws Exception {
    ClientConfig config = tls().timeout(Duration.ofMillis(300)).build();
    long start = System.nanoTime();
    TlsException late =
        fails(TlsErrorCode.CONNECTION_TIMEOUT, () -> connections.connect(LOOPBACK, port(), config));
    assertWithin(start, 300, 10_000);
    says(late, "the TLS handshake");
    try (TlsConnection connection = connections.open(LOOPBACK, port(), config)) {
      assertTrue(connection.millisToDeadline() <= 300);
      fails(TlsErrorCode.CONNECTION_TIMEOUT, () -> advanceToTheEnd(connection));
    }
  }

  @Test
  void aClientThatStaysSilentEndsAtTheServersDeadline() throws Exception {
    try (SocketChannel silent = SocketChannel.open(listener.getLocalAddress())) {
      SocketChannel accepted = listener.accept();
      fails(
          TlsErrorCode.SERVER_HANDSHAKE_TIMEOUT,
          () -> connections.accept(accepted, server().timeout(Duration.ofMillis(200)).build()));
      assertFalse(accepted.isOpen());
      silent.configureBlocking(true);
      ByteBuffer buffer = ByteBuffer.allocate(100);
      while (silent.read(buffer) >= 0) {
        assertTrue(buffer.hasRemaining());
      }
    }
  }

  @Test
  void aServerThatSpeaksSomethingElseIsAHandshakeFailure() throws Exception {
    Future<?> speaking =
        threads.submit(
            () -> {
              try (SocketChannel peer = listener.accept()) {
                peer.write(ByteBuffer.wrap("220 ready\r\n".getBytes(StandardCharsets.US_ASCII)));
                ByteBuffer rest = ByteBuffer.allocate(4096);
                while (peer.read(rest) >= 0) {
                  rest.clear();
                }
              }
              return null;
            });
    fails(
        TlsErrorCode.SSL_HANDSHAKE_FAILED,
        () -> connections.connect(LOOPBACK, port(), tls().build()));
    speaking.get(20, TimeUnit.SECONDS);
  }

  @Test
  void withoutAStackAConnectionFailsAndItsSocketIsClosed() throws Exception {
    try (StackRegistry none =
            new StackRegistry(Policy.DEFAULT, new QuietEvents(), List::of, ConfigResolver.NOTHING);
        Connections unable = new Connections(none::openOnce)) {
      fails(TlsErrorCode.INVALID_STATE, () -> unable.connect(LOOPBACK, port(), tls().build()));
      try (SocketChannel peer = listener.accept()) {
        assertEquals(-1, peer.read(ByteBuffer.allocate(1)));
      }
    }
  }

  @Test
  void anEndOfTcpWithoutCloseNotifyIsTruncation() throws Exception {
    try (Pair pair = new Pair()) {
      pair.server.channel().orElseThrow().close();
      TlsException cut =
          fails(TlsErrorCode.TCP_CLOSED_FIN, () -> pair.client.read(ByteBuffer.allocate(1)));
      assertEquals(ConnectionState.FAIL, pair.client.state());
      assertSame(cut, pair.client.takeLastError().orElseThrow());
    }
  }

  @Test
  void aCloseSendsCloseNotifyAndMayBeRepeated() throws Exception {
    try (Pair pair = new Pair()) {
      pair.server.close();
      pair.server.close();
      assertEquals(TlsHandle.END, pair.client.read(ByteBuffer.allocate(1)));
      fails(TlsErrorCode.INVALID_STATE, () -> pair.server.write(ByteBuffer.allocate(1)));
      assertFalse(pair.server.channel().orElseThrow().isOpen());
    }
  }

  @Test
  void aCloseFromAnotherThreadEndsACallThatWaits() throws Exception {
    try (Pair pair = new Pair()) {
      Future<TlsException> waiting =
          threads.submit(
              () ->
                  assertThrows(TlsException.class, () -> pair.client.read(ByteBuffer.allocate(1))));
      while (pair.client.interestOps() != SelectionKey.OP_READ) {
        Thread.sleep(2);
      }
      pair.client.close();
      assertEquals(TlsErrorCode.INVALID_STATE, waiting.get(5, TimeUnit.SECONDS).code());
      assertFalse(pair.client.channel().orElseThrow().isOpen());
    }
  }

  @Test
  void aSecondThreadIsToldThatTheConnectionIsInUse() throws Exception {
    try (Pair pair = new Pair()) {
      Future<Integer> waiting = threads.submit(() -> pair.client.read(ByteBuffer.allocate(1)));
      while (pair.client.interestOps() != SelectionKey.OP_READ) {
        Thread.sleep(2);
      }
      TlsException refused =
          fails(TlsErrorCode.INVALID_STATE, () -> pair.client.write(ByteBuffer.allocate(1)));
      says(refused, "two threads");
      pair.server.write(ByteBuffer.wrap(new byte[] {9}));
      assertEquals(1, waiting.get(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void theAsynchronousFormCompletesWithAConnectionOrTheReason() throws Exception {
    try (TlsConnection connection =
        connections
            .connectAsync(LOOPBACK, port(), plain().build())
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)) {
      assertEquals(ConnectionState.DONE, connection.state());
    }
    int port = refusedPort();
    ExecutionException failed =
        assertThrows(
            ExecutionException.class,
            () ->
                connections
                    .connectAsync(LOOPBACK, port, plain().build())
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS));
    TlsException reason = assertInstanceOf(TlsException.class, failed.getCause());
    assertEquals(TlsErrorCode.FAILED_CONNECT_TO_HOST, reason.code());
  }

  /** A client and a server, both up and blocking. */
  private final class Pair implements AutoCloseable {
    final TlsConnection client;
    final TlsConnection server;

    Pair() throws Exception {
      Future<TlsConnection> accepting =
          threads.submit(() -> connections.accept(listener.accept(), server().build()));
      client = connections.connect(LOOPBACK, port(), tls().build());
      server = accepting.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      client.close();
      server.close();
    }
  }

  /** A port whose queue of waiting connections is full, so that Linux drops every SYN. */
  private static final class Blackhole implements AutoCloseable {
    private final ServerSocketChannel full = ServerSocketChannel.open();
    private final List<SocketChannel> queue = new ArrayList<>();

    Blackhole(String address, int port) throws Exception {
      full.bind(new InetSocketAddress(address, port), 1);
      boolean taken = true;
      while (taken) {
        SocketChannel next = SocketChannel.open();
        queue.add(next);
        next.configureBlocking(false);
        taken = next.connect(full.getLocalAddress());
        for (int i = 0; i < 20 && !taken; i++) {
          Thread.sleep(5);
          taken = next.finishConnect();
        }
      }
    }

    String address() {
      return full.socket().getInetAddress().getHostAddress();
    }

    int port() {
      return full.socket().getLocalPort();
    }

    @Override
    public void close() throws IOException {
      for (SocketChannel channel : queue) {
        channel.close();
      }
      full.close();
    }
  }
}
