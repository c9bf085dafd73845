package io.sallyport.gateway.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PoolArenaMetric;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.EventExecutor;
import io.sallyport.gateway.relay.FakeHandle.Operation;
import io.sallyport.tls.DrainListener;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Provenance;
import io.sallyport.tls.TlsEndpoint;
import io.sallyport.tls.TlsErrorCode;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a relay does, whatever carries its bytes. */
@SuppressWarnings("try") // Closing early is what is tested.
@Timeout(60)
abstract class RelayContract {
  private static final int MEGABYTE = 1 << 20;
  private static final int WAITING = 12;
  private static final int HANGING = 40;
  private static final long SOON = 300;

  private final FakeEndpoint inbound = new FakeEndpoint(true);
  private final FakeEndpoint outbound = new FakeEndpoint(false);
  private final RecordingLog log = new RecordingLog();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private EventLoops loops;
  private Traffic traffic;
  private ServerSocket backend;
  private Listener listener;
  private long handshakeTimeout = 10_000;
  private long connectTimeout = 10_000;
  private long idleTimeout = 60_000;

  abstract EventLoops startLoops();

  @BeforeEach
  void start() throws IOException {
    loops = startLoops();
    traffic = new Traffic("test", 1000, log, loops::inASecond);
    backend = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    backend.setSoTimeout(20_000);
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    threads.shutdownNow();
    listener.close();
    backend.close();
    Listener.endConnections(loops, traffic);
    if (!traffic.awaitEmpty(100)) {
      Listener.cutConnections(loops, traffic);
    }
    assertTrue(traffic.awaitEmpty(5000), "connections are left");
    Await.until("every handle is closed", () -> inbound.open.get() + outbound.open.get() == 0);
    loops.close();
    assertEquals(0, activeBuffers(), "buffers are left");
    Await.until(
        "every thread has ended",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("sallyport-gateway")));
  }

  @Test
  void terminateCarriesBothDirectionsExactly() throws Exception {
    route(true, false);
    try (FakeConnection client = client().handshakeAsClient();
        Socket server = backend.accept()) {
      exchange(
          client::write,
          bytes -> server.getOutputStream().write(bytes),
          count -> server.getInputStream().readNBytes(count),
          client::read);
    }
    Await.until("bytes are counted", () -> traffic.bytesIn() == MEGABYTE);
    assertEquals(MEGABYTE, traffic.bytesOut());
  }

  @Test
  void originateCarriesBothDirectionsExactly() throws Exception {
    route(false, true);
    try (Socket client = connect();
        FakeConnection server = new FakeConnection(backend.accept()).handshakeAsServer()) {
      exchange(
          bytes -> client.getOutputStream().write(bytes),
          server::write,
          server::read,
          count -> client.getInputStream().readNBytes(count));
    }
  }

  @Test
  void bridgeCarriesBothDirectionsExactly() throws Exception {
    route(true, true);
    try (FakeConnection client = client().handshakeAsClient();
        FakeConnection server = new FakeConnection(backend.accept()).handshakeAsServer()) {
      exchange(client::write, server::write, server::read, client::read);
    }
  }

  /** More of them than there are loops: whoever has no part in it is served as ever. */
  @Test
  void handshakesThatWaitForADeviceHoldNobodyUp() throws Exception {
    Semaphore device = new Semaphore(0);
    inbound.device = Optional.of(device);
    route(true, false);
    List<FakeConnection> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < WAITING; i++) {
        FakeConnection client = client();
        client.hello();
        client.write("early".getBytes()); // Right behind, while nobody can read it.
        waiting.add(client);
      }
      Await.until("all wait", () -> device.getQueueLength() == WAITING);
      inbound.device = Optional.empty();
      try (FakeConnection other = client().handshakeAsClient();
          Socket server = backend.accept()) {
        other.write("now".getBytes());
        assertArrayEquals("now".getBytes(), server.getInputStream().readNBytes(3));
      }
      device.release(WAITING);
      for (FakeConnection client : waiting) {
        client.handshakeAnswered();
        try (Socket server = backend.accept()) {
          assertArrayEquals("early".getBytes(), server.getInputStream().readNBytes(5));
        }
      }
    } finally {
      for (FakeConnection client : waiting) {
        client.close();
      }
    }
  }

  /**
   * A new activation hangs in more handshakes than threads may wait for it: the one before it goes
   * on, deadlines hold, and what had not begun is given back at once.
   */
  @Test
  void handshakesOfAStackThatHangsHoldUpNoOtherStack() throws Exception {
    Semaphore never = new Semaphore(0);
    Semaphore ready = new Semaphore(1000);
    handshakeTimeout = 3000;
    route(true, false);
    List<FakeConnection> hanging = new ArrayList<>();
    try {
      inbound.device = Optional.of(never);
      inbound.provenance = activation(2);
      for (int i = 0; i < HANGING; i++) {
        FakeConnection client = client();
        client.hello();
        hanging.add(client);
      }
      Await.until(
          "all hang or wait in line",
          () -> never.getQueueLength() == Waiters.AT_ONCE && inbound.open.get() == HANGING);
      inbound.device = Optional.of(ready);
      inbound.provenance = activation(1);
      for (int i = 0; i < 2 * Waiters.AT_ONCE; i++) {
        try (FakeConnection client = client().handshakeAsClient();
            Socket server = backend.accept()) {
          client.write("now".getBytes());
          assertArrayEquals("now".getBytes(), server.getInputStream().readNBytes(3));
        }
      }
      for (FakeConnection client : hanging) {
        assertCut(client);
      }
      Await.until("only what hangs is left", () -> inbound.open.get() == Waiters.AT_ONCE);
      assertEquals(Waiters.AT_ONCE, never.getQueueLength());
      assertEquals(HANGING, traffic.errors().get(TlsErrorCode.SERVER_HANDSHAKE_TIMEOUT));
      Await.until("no connection is left", () -> traffic.open() == 0);
    } finally {
      never.release(HANGING);
      for (FakeConnection client : hanging) {
        client.close();
      }
    }
    Await.until("it is given back", () -> inbound.open.get() == 0);
    assertEquals(HANGING - Waiters.AT_ONCE, never.availablePermits(), "a handshake ran for nobody");
  }

  /** Their relays end in order while they wait in line, and what the peers still say is dropped. */
  @Test
  void handshakesThatNobodyWaitsForAreNotBegun() throws Exception {
    Semaphore device = new Semaphore(0);
    inbound.device = Optional.of(device);
    route(true, false);
    List<FakeConnection> clients = new ArrayList<>();
    try {
      for (int i = 0; i < HANGING; i++) {
        FakeConnection client = client();
        client.hello();
        clients.add(client);
      }
      Await.until(
          "all wait for the device or in line",
          () -> device.getQueueLength() == Waiters.AT_ONCE && inbound.open.get() == HANGING);
      Listener.endConnections(loops, traffic);
      afterTheLoopsTurn();
      for (FakeConnection client : clients) {
        client.write("late".getBytes());
      }
      device.release(HANGING);
      for (FakeConnection client : clients) {
        assertCut(client);
      }
    } finally {
      for (FakeConnection client : clients) {
        client.close();
      }
    }
    Await.until("all is given back", () -> traffic.open() == 0 && inbound.open.get() == 0);
    assertEquals(HANGING - Waiters.AT_ONCE, device.availablePermits());
    assertEquals(0, traffic.errors().size(), traffic.errors().toString());
  }

  @ParameterizedTest
  @EnumSource
  void anErrorOfTheClientsStackEndsItsOwnConnectionOnly(Operation operation) throws Exception {
    idleTimeout = operation == Operation.SHUTDOWN_OUTPUT ? SOON : idleTimeout;
    route(true, false);
    inbound.trap = trap(operation, OutOfMemoryError::new);
    try (FakeConnection victim = client()) {
      if (operation == Operation.OPEN || operation == Operation.HANDSHAKE) {
        victim.hello();
        assertCut(victim);
      } else {
        victim.handshakeAsClient();
        try (Socket server = backend.accept()) {
          provoke(operation, victim, server);
        }
      }
    }
    onlyOneIsGone(inbound, "java.lang.OutOfMemoryError");
  }

  @ParameterizedTest
  @EnumSource
  void anErrorOfTheTargetsStackEndsItsOwnConnectionOnly(Operation operation) throws Exception {
    idleTimeout = operation == Operation.SHUTDOWN_OUTPUT ? SOON : idleTimeout;
    route(false, true);
    outbound.trap = trap(operation, OutOfMemoryError::new);
    try (Socket client = connect();
        Socket server = backend.accept()) {
      client.setSoTimeout(20_000);
      FakeConnection victim = new FakeConnection(server);
      if (operation == Operation.OPEN || operation == Operation.HANDSHAKE) {
        assertCut(victim);
      } else {
        provoke(operation, victim.handshakeAsServer(), client);
      }
    }
    onlyOneIsGone(outbound, "java.lang.OutOfMemoryError");
  }

  @Test
  void anErrorInAHandshakeElsewhereEndsItsOwnConnectionOnly() throws Exception {
    inbound.device = Optional.of(new Semaphore(1000));
    route(true, false);
    inbound.trap = trap(Operation.HANDSHAKE, OutOfMemoryError::new);
    try (FakeConnection victim = client()) {
      victim.hello();
      assertCut(victim);
    }
    onlyOneIsGone(inbound, "java.lang.OutOfMemoryError");
  }

  @ParameterizedTest
  @EnumSource(names = {"OPEN", "HANDSHAKE", "READ", "CLOSE"})
  void whatFailsToDescribeItselfIsToldByItsClass(Operation operation) throws Exception {
    route(true, false);
    inbound.trap = trap(operation, Speechless::new);
    try (FakeConnection victim = client()) {
      victim.hello();
      if (operation == Operation.READ || operation == Operation.CLOSE) {
        victim.handshakeAnswered();
        try (Socket server = backend.accept()) {
          provoke(operation, victim, server);
        }
      } else {
        assertCut(victim);
      }
    }
    onlyOneIsGone(inbound, Speechless.class.getName());
  }

  @Test
  void aVisitThatFailsEndsTheRelayAndTheOthersAreVisited() throws Exception {
    route(true, false);
    List<FakeConnection> clients = new ArrayList<>();
    List<Socket> servers = new ArrayList<>();
    AtomicLong visited = new AtomicLong();
    try {
      for (int i = 0; i < 6; i++) {
        clients.add(client().handshakeAsClient());
        servers.add(backend.accept());
      }
      loops.forEachRelay(
          traffic,
          relay -> {
            visited.incrementAndGet();
            throw new OutOfMemoryError("by the test");
          });
      for (FakeConnection client : clients) {
        assertCut(client);
      }
    } finally {
      for (FakeConnection client : clients) {
        client.close();
      }
      for (Socket server : servers) {
        server.close();
      }
    }
    assertEquals(6, visited.get());
    Await.until("all are gone", () -> traffic.open() == 0);
    assertEquals(6, traffic.errors().get(TlsErrorCode.FAIL));
    theNextAreServed(inbound);
  }

  /** An operation of a handle fails once the peers do what makes the relay ask for it. */
  private void provoke(Operation operation, FakeConnection tls, Socket plain) throws Exception {
    switch (operation) {
      case READ, BYTES_AVAILABLE -> assertCut(tls); // Asked for as soon as both sides are open.
      case WRITE -> {
        plain.getOutputStream().write('x');
        assertCut(tls);
      }
      case FLUSH -> { // Asked for when a channel can be written to again.
        CompletableFuture<Void> flood =
            async(
                () -> {
                  byte[] block = new byte[MEGABYTE];
                  while (true) {
                    plain.getOutputStream().write(block);
                  }
                });
        assertCut(tls);
        assertThrows(ExecutionException.class, () -> flood.get(20, TimeUnit.SECONDS));
      }
      case SHUTDOWN_OUTPUT -> assertCut(tls); // When it was idle for too long.
      case CLOSE -> {
        tls.closeNotify();
        plain.close();
        assertNull(tls.next());
        tls.close();
      }
      default -> throw new AssertionError(operation);
    }
  }

  /** What each handle runs into at every call of one operation. */
  private static FakeHandle.Trap trap(Operation of, Supplier<? extends Error> error) {
    return operation -> {
      if (operation == of) {
        throw error.get();
      }
    };
  }

  private void onlyOneIsGone(FakeEndpoint endpoint, String told) throws Exception {
    Await.until("it is gone", () -> traffic.open() == 0 && endpoint.open.get() == 0);
    assertEquals(1, traffic.errors().get(TlsErrorCode.FAIL), traffic.errors().toString());
    assertEquals(
        1,
        log.lines.stream().filter(line -> !line.startsWith("DEBUG") && line.contains(told)).count(),
        log.lines.toString());
    endpoint.trap = operation -> {};
    theNextAreServed(endpoint);
  }

  /** On each loop: bytes are carried, and deadlines are kept. */
  private void theNextAreServed(FakeEndpoint tls) throws Exception {
    Await.until(
        "every loop gets connections",
        () -> {
          RelayLoop one = loops.next();
          return one != loops.next();
        });
    boolean in = tls == inbound;
    idleTimeout = 60_000;
    use(in);
    for (int i = 0; i < 2; i++) {
      try (Socket client = connect();
          Socket server = accept(client, in)) {
        FakeConnection from = new FakeConnection(in ? client : server);
        from.write("now".getBytes());
        Socket to = in ? server : client;
        assertArrayEquals("now".getBytes(), to.getInputStream().readNBytes(3));
      }
    }
    idleTimeout = SOON;
    use(in);
    try (Socket first = connect();
        Socket firstServer = accept(first, in);
        Socket second = connect();
        Socket secondServer = accept(second, in)) {
      for (Socket peer : List.of(first, firstServer, second, secondServer)) {
        peer.setSoTimeout(20_000);
      }
      assertNull(new FakeConnection(in ? first : firstServer).next());
      assertNull(new FakeConnection(in ? second : secondServer).next());
    }
  }

  private void use(boolean tlsIn) {
    Optional<TlsEndpoint> in = tlsIn ? Optional.of(inbound) : Optional.empty();
    Optional<TlsEndpoint> out = tlsIn ? Optional.empty() : Optional.of(outbound);
    listener.use(settings(in, out, backend.getLocalPort()));
  }

  /** The target's end of a client's connection, once the handshake of either is done. */
  private Socket accept(Socket client, boolean tlsIn) throws IOException {
    if (tlsIn) {
      new FakeConnection(client).handshakeAsClient();
    }
    Socket server = backend.accept();
    server.setSoTimeout(20_000);
    return tlsIn ? server : new FakeConnection(server).handshakeAsServer().socket;
  }

  /** The connection ends; whether that is seen as an end or as a reset is TCP's affair. */
  private static void assertCut(FakeConnection connection) {
    IOException end =
        assertThrows(
            IOException.class,
            () -> {
              while (true) {
                connection.next();
              }
            });
    assertFalse(end instanceof SocketTimeoutException, "it was not ended");
  }

  private static Optional<Provenance> activation(long number) {
    return Optional.of(new Provenance("fake", "1", number, "memory"));
  }

  /** An error with nothing to say for itself. */
  private static final class Speechless extends Error {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }

    @Override
    public String toString() {
      throw new OutOfMemoryError("no words");
    }
  }

  /** A stack that blocks without a word holds one loop up; new connections go to the others. */
  @Test
  void aLoopThatIsHeldUpGetsNoNewConnections() throws Exception {
    Semaphore stuck = new Semaphore(0);
    inbound.device = Optional.of(stuck);
    inbound.tellsThatItMayBlock = false;
    route(true, false);
    try (FakeConnection victim = client()) {
      victim.hello();
      Await.until("it blocks", () -> stuck.getQueueLength() == 1);
      Thread.sleep(1000); // Until it shows.
      inbound.device = Optional.empty();
      for (int i = 0; i < 4; i++) {
        try (FakeConnection other = client().handshakeAsClient();
            Socket server = backend.accept()) {
          other.write("now".getBytes());
          assertArrayEquals("now".getBytes(), server.getInputStream().readNBytes(3));
        }
      }
      assertEquals(1, stuck.getQueueLength());
      stuck.release();
      victim.handshakeAnswered();
    }
  }

  /** Nobody looks for deadlines where there is no connection; that is not being held up. */
  @Test
  void aLoopWhoseConnectionsAreGoneGetsNewOnes() throws Exception {
    route(true, false);
    try (FakeConnection client = client().handshakeAsClient();
        Socket server = backend.accept()) {
      client.closeNotify();
      assertEquals(-1, server.getInputStream().read());
    }
    Await.until("the pair is closed", () -> traffic.open() == 0);
    CountDownLatch longer = new CountDownLatch(1); // Than a loop may be late.
    loops.inASecond(longer::countDown);
    assertTrue(longer.await(20, TimeUnit.SECONDS));
    RelayLoop one = loops.next();
    assertNotSame(one, loops.next());
  }

  /** The client leaves while the device thinks: everything is given back when it has answered. */
  @Test
  void aClientThatLeavesWhileTheDeviceThinksLeavesNothing() throws Exception {
    Semaphore device = new Semaphore(0);
    inbound.device = Optional.of(device);
    route(true, false);
    for (boolean reset : new boolean[] {true, false}) {
      try (FakeConnection client = client()) {
        client.hello();
        Await.until("it waits", () -> device.getQueueLength() == 1);
        if (reset) {
          client.socket.setSoLinger(true, 0);
        }
      }
      device.release();
      Await.until("the connection is gone", () -> traffic.open() == 0 && inbound.open.get() == 0);
    }
  }

  @Test
  void aDeviceThatIsTooSlowEndsTheHandshakeAtItsDeadline() throws Exception {
    Semaphore device = new Semaphore(0);
    inbound.device = Optional.of(device);
    handshakeTimeout = 300;
    route(true, false);
    try (FakeConnection client = client()) {
      client.hello();
      assertThrows(IOException.class, client.in::readByte); // No answer: an end, or a reset.
    }
    assertEquals(1, traffic.errors().get(TlsErrorCode.SERVER_HANDSHAKE_TIMEOUT));
    device.release();
    Await.until("the handle is closed", () -> inbound.open.get() == 0);
  }

  @Test
  void theTargetIsNotReachedBeforeTheHandshakeIsDone() throws Exception {
    route(true, false);
    try (FakeConnection client = client()) {
      Await.until("the client is accepted", () -> traffic.open() == 1);
      backend.setSoTimeout(200);
      assertThrows(SocketTimeoutException.class, backend::accept);
      backend.setSoTimeout(20_000);
      client.handshakeAsClient();
      backend.accept().close();
    }
  }

  @Test
  void finOfThePlainTargetBecomesCloseNotifyAndTheOtherDirectionGoesOn() throws Exception {
    route(true, false);
    try (FakeConnection client = client().handshakeAsClient();
        Socket server = backend.accept()) {
      server.getOutputStream().write("bye".getBytes());
      server.shutdownOutput();
      assertArrayEquals("bye".getBytes(), client.read(3));
      assertNull(client.next());
      byte[] data = random(MEGABYTE, 1);
      CompletableFuture<byte[]> got = async(() -> server.getInputStream().readNBytes(MEGABYTE));
      client.write(data);
      assertArrayEquals(data, got.get(20, TimeUnit.SECONDS));
      client.closeNotify();
      assertEquals(-1, server.getInputStream().read());
    }
    Await.until("the pair is closed", () -> traffic.open() == 0);
    assertEquals(0, traffic.errors().size(), traffic.errors().toString());
  }

  @Test
  void closeNotifyOfTheClientBecomesFinAndTheOtherDirectionGoesOn() throws Exception {
    route(true, false);
    try (FakeConnection client = client().handshakeAsClient();
        Socket server = backend.accept()) {
      client.write("bye".getBytes());
      client.closeNotify();
      assertArrayEquals("bye".getBytes(), server.getInputStream().readNBytes(3));
      assertEquals(-1, server.getInputStream().read());
      byte[] data = random(MEGABYTE, 2);
      CompletableFuture<byte[]> got = async(() -> client.read(MEGABYTE));
      server.getOutputStream().write(data);
      assertArrayEquals(data, got.get(20, TimeUnit.SECONDS));
      server.close();
      assertNull(client.next());
    }
    Await.until("the pair is closed", () -> traffic.open() == 0);
    assertEquals(0, traffic.errors().size(), traffic.errors().toString());
  }

  @Test
  void aTruncatedClientStreamResetsThePlainTarget() throws Exception {
    route(true, false);
    try (FakeConnection client = client().handshakeAsClient();
        Socket server = backend.accept()) {
      client.write("half".getBytes());
      assertArrayEquals("half".getBytes(), server.getInputStream().readNBytes(4));
      client.close(); // Without close_notify.
      assertThrows(IOException.class, () -> server.getInputStream().read());
    }
    Await.until("it is counted", () -> traffic.errors().get(TlsErrorCode.TCP_CLOSED_FIN) != null);
  }

  @Test
  void whatWasGoodBeforeABadRecordArrives() throws Exception {
    route(true, false);
    try (FakeConnection client = client().handshakeAsClient();
        Socket server = backend.accept()) {
      byte[] both = {
        FakeHandle.DATA, 0, 1, 'x' ^ FakeHandle.KEY, '?', 0, 0,
      };
      client.out.write(both);
      assertEquals('x', server.getInputStream().read());
      assertThrows(IOException.class, () -> server.getInputStream().read());
      assertEquals(FakeHandle.ALERT, client.in.readByte());
    }
    assertEquals(1, traffic.errors().get(TlsErrorCode.SSL_READ_FAILED));
  }

  @Test
  void aTruncatedTargetStreamIsNoCleanEndForATlsClient() throws Exception {
    route(true, true);
    try (FakeConnection client = client().handshakeAsClient();
        FakeConnection server = new FakeConnection(backend.accept()).handshakeAsServer()) {
      server.write("half".getBytes());
      server.close();
      assertArrayEquals("half".getBytes(), client.read(4));
      assertThrows(IOException.class, client::next);
    }
  }

  @Test
  void aResetOfThePlainTargetIsNoCleanEndForATlsClient() throws Exception {
    route(true, false);
    try (FakeConnection client = client().handshakeAsClient();
        Socket server = backend.accept()) {
      client.write("x".getBytes());
      assertEquals('x', server.getInputStream().read());
      server.setSoLinger(true, 0);
      server.close();
      assertThrows(IOException.class, client::next);
    }
    Await.until(
        "it is logged", () -> log.lines.stream().anyMatch(l -> l.contains("broke the TCP")));
  }

  @Test
  void aTruncatedTargetStreamResetsAPlainClient() throws Exception {
    route(false, true);
    try (Socket client = connect();
        FakeConnection server = new FakeConnection(backend.accept()).handshakeAsServer()) {
      server.write("half".getBytes());
      server.close();
      client.setSoTimeout(20_000);
      assertThrows(IOException.class, () -> client.getInputStream().readNBytes(5));
    }
  }

  @Test
  void aRefusedTargetEndsTheClientInOrder() throws Exception {
    int port = backend.getLocalPort();
    backend.close();
    route(true, false, port);
    try (FakeConnection client = client().handshakeAsClient()) {
      assertNull(client.next());
      assertEquals(-1, client.in.read());
    }
    assertEquals(1, traffic.errors().get(TlsErrorCode.FAILED_CONNECT_TO_HOST));
    assertTrue(
        log.lines.stream().anyMatch(line -> line.contains("No connection to the target")),
        log.lines.toString());
    assertTrue(
        log.lines.stream().anyMatch(line -> line.startsWith("DEBUG") && line.contains(" speaks ")),
        log.lines.toString());
    Await.until("the client is gone", () -> traffic.open() == 0);
  }

  @Test
  void aFailedHandshakeEndsWithTheAlertEvenIfMoreWasSent() throws Exception {
    route(true, false);
    try (FakeConnection client = client()) {
      byte[] request = new byte[300_000];
      Arrays.fill(request, (byte) 0);
      client.out.write(request, 0, 3);
      assertEquals(FakeHandle.ALERT, client.in.readByte());
      client.out.write(request); // Would reset the connection if it was closed already.
      client.in.readUnsignedShort();
      assertEquals(-1, client.in.read());
    }
    assertEquals(1, traffic.failedHandshakes());
    Await.until("the client is gone", () -> traffic.open() == 0);
    assertEquals(1, traffic.errors().get(TlsErrorCode.SSL_HANDSHAKE_FAILED));
  }

  @Test
  void aByteNowAndThenDoesNotKeepAHandshakeAlive() throws Exception {
    handshakeTimeout = 400;
    route(true, false);
    try (FakeConnection client = client()) {
      long begin = System.nanoTime();
      assertThrows(
          IOException.class,
          () -> {
            client.socket.setSoTimeout(50);
            client.out.write(FakeHandle.HELLO);
            for (int i = 0; i < 200; i++) {
              try {
                if (client.in.read() < 0) {
                  throw new EOFException();
                }
              } catch (SocketTimeoutException e) {
                if (i == 0) {
                  client.out.write(0xFF);
                  client.out.write(0xFF);
                }
                client.out.write(1);
              }
            }
          });
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      assertTrue(millis >= 350 && millis < 5000, millis + " ms");
    }
    assertEquals(1, traffic.errors().get(TlsErrorCode.SERVER_HANDSHAKE_TIMEOUT));
  }

  @Test
  void aTargetThatDoesNotAnswerItsHandshakeTimesOut() throws Exception {
    connectTimeout = 300;
    route(false, true);
    try (Socket client = connect();
        Socket server = backend.accept()) {
      client.setSoTimeout(20_000);
      assertEquals(-1, client.getInputStream().read());
      assertEquals(FakeHandle.HELLO, server.getInputStream().read());
    }
    assertEquals(1, traffic.errors().get(TlsErrorCode.CONNECTION_TIMEOUT));
  }

  @Test
  void anIdleConnectionIsEndedInOrder() throws Exception {
    idleTimeout = 300;
    route(true, false);
    try (FakeConnection client = client().handshakeAsClient();
        Socket server = backend.accept()) {
      server.setSoTimeout(20_000);
      assertNull(client.next());
      assertEquals(-1, server.getInputStream().read());
    }
    Await.until("the pair is closed", () -> traffic.open() == 0);
  }

  @Test
  void aDrainedStackEndsItsConnectionsInOrder() throws Exception {
    route(true, false);
    try (FakeConnection client = client().handshakeAsClient();
        Socket server = backend.accept()) {
      client.write("x".getBytes());
      assertEquals('x', server.getInputStream().read());
      inbound.drainListeners.forEach(DrainListener::drainDeadlinePassed);
      assertNull(client.next());
      assertEquals(-1, server.getInputStream().read());
    }
  }

  @Test
  void endingARouteSendsCloseNotify() throws Exception {
    route(true, false);
    try (FakeConnection client = client().handshakeAsClient();
        Socket server = backend.accept()) {
      client.write("x".getBytes());
      assertEquals('x', server.getInputStream().read());
      Listener.endConnections(loops, traffic);
      assertNull(client.next());
      assertEquals(-1, client.in.read());
      assertEquals(-1, server.getInputStream().read());
    }
    assertTrue(traffic.awaitEmpty(5000));
  }

  @Test
  void clientsAboveTheLimitWaitAndAreServedLater() throws Exception {
    traffic.limit(2);
    route(true, false);
    try (FakeConnection first = client().handshakeAsClient();
        FakeConnection second = client().handshakeAsClient();
        FakeConnection third = client()) {
      CompletableFuture<FakeConnection> served = async(third::handshakeAsClient);
      assertThrows(
          java.util.concurrent.TimeoutException.class,
          () -> served.get(300, TimeUnit.MILLISECONDS));
      assertEquals(2, traffic.open());
      assertEquals(1, log.lines.stream().filter(line -> line.contains("max.connections")).count());
      first.closeNotify();
      first.close();
      backend.accept().close();
      served.get(20, TimeUnit.SECONDS);
      second.close();
    }
  }

  @Test
  void aSlowReaderIsNotBufferedFor() throws Exception {
    route(true, false);
    try (FakeConnection client = client(8192).handshakeAsClient();
        Socket server = backend.accept()) {
      AtomicLong written = new AtomicLong();
      CompletableFuture<Void> flood =
          async(
              () -> {
                OutputStream out = server.getOutputStream();
                byte[] block = new byte[MEGABYTE];
                for (int i = 0; i < 64; i++) {
                  out.write(block);
                  written.addAndGet(block.length);
                }
                return null;
              });
      assertStalls(written);
      assertTrue(written.get() < 64L * MEGABYTE, written + " bytes were taken in");
      long drained = 0;
      while (drained < 64L * MEGABYTE) {
        drained += client.next().length;
        if (drained % (MEGABYTE * 8L) == 0) {
          assertBounded();
        }
      }
      flood.get(20, TimeUnit.SECONDS);
      assertEquals(64L * MEGABYTE, drained);
    }
  }

  @Test
  void aTargetThatHangsUpDoesNotMakeTheGatewayBufferForASlowReader() throws Exception {
    route(true, false);
    byte[] data = random(16 * MEGABYTE, 3);
    try (FakeConnection client = client(8192).handshakeAsClient();
        Socket server = backend.accept()) {
      CompletableFuture<Integer> sent =
          async(
              () -> {
                int at = 0;
                while (pending() == 0) {
                  server.getOutputStream().write(data, at, 16384);
                  at += 16384;
                }
                server.getOutputStream().write(data, at, 300_000); // These, and FIN, wait in the
                server.close(); // gateway's kernel.
                return at + 300_000;
              });
      int length = sent.get(20, TimeUnit.SECONDS);
      for (int i = 0; i < 20; i++) {
        assertBounded();
        TimeUnit.MILLISECONDS.sleep(10); // Time in which it could go wrong.
      }
      assertArrayEquals(Arrays.copyOf(data, length), client.read(length));
      assertNull(client.next());
    }
  }

  @Test
  void aClientThatHasEndedItsDirectionGetsAllOfALongAnswer() throws Exception {
    route(true, false);
    byte[] data = random(4 * MEGABYTE, 7);
    try (FakeConnection client = client(8192).handshakeAsClient();
        Socket server = backend.accept()) {
      client.closeNotify();
      client.socket.shutdownOutput();
      assertEquals(-1, server.getInputStream().read());
      CompletableFuture<Void> sent =
          async(
              () -> {
                server.getOutputStream().write(data);
                server.close();
                return null;
              });
      Await.until("bytes wait for the client", () -> pending() > 0);
      assertArrayEquals(data, client.read(data.length));
      sent.get(20, TimeUnit.SECONDS);
      assertNull(client.next());
    }
    Await.until("the pair is closed", () -> traffic.open() == 0);
    assertEquals(0, traffic.errors().size(), traffic.errors().toString());
  }

  @Test
  void aSlowTargetIsNotBufferedFor() throws Exception {
    route(true, false);
    try (FakeConnection client = client().handshakeAsClient();
        Socket server = backend.accept()) {
      AtomicLong written = new AtomicLong();
      CompletableFuture<Void> flood =
          async(
              () -> {
                byte[] block = new byte[MEGABYTE];
                for (int i = 0; i < 64; i++) {
                  client.write(block);
                  written.addAndGet(block.length);
                }
                return null;
              });
      assertStalls(written);
      assertTrue(written.get() < 64L * MEGABYTE, written + " bytes were taken in");
      assertEquals(64 * MEGABYTE, server.getInputStream().readNBytes(64 * MEGABYTE).length);
      flood.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void otherSettingsHoldForNewConnectionsOnly() throws Exception {
    route(true, false);
    try (FakeConnection old = client().handshakeAsClient();
        Socket oldServer = backend.accept();
        ServerSocket other = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      FakeEndpoint renewed = new FakeEndpoint(true);
      listener.use(settings(Optional.of(renewed), Optional.empty(), other.getLocalPort()));
      try (FakeConnection fresh = client().handshakeAsClient();
          Socket freshServer = other.accept()) {
        assertEquals(1, renewed.open.get());
        fresh.write("new".getBytes());
        assertArrayEquals("new".getBytes(), freshServer.getInputStream().readNBytes(3));
        old.write("old".getBytes());
        assertArrayEquals("old".getBytes(), oldServer.getInputStream().readNBytes(3));
      }
    }
  }

  @Test
  void anIdleConnectionHoldsNoBuffer() throws Exception {
    route(true, false);
    try (FakeConnection client = client().handshakeAsClient();
        Socket server = backend.accept()) {
      byte[] data = random(MEGABYTE, 4);
      CompletableFuture<byte[]> got = async(() -> server.getInputStream().readNBytes(MEGABYTE));
      client.write(data);
      assertArrayEquals(data, got.get(20, TimeUnit.SECONDS));
      Await.until(
          "all buffers are back",
          () -> {
            for (EventExecutor loop : loops.workers()) {
              loop.submit(loops.allocator()::trimCurrentThreadCache).sync();
            }
            return activeBuffers() == 0;
          });
    }
  }

  private void assertStalls(AtomicLong written) throws Exception {
    Await.until("bytes flow", () -> written.get() > 0 || pending() > 0);
    long before = -1;
    while (before != written.get() || pending() == 0) {
      before = written.get();
      assertBounded();
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertBounded();
  }

  /** What may wait: the watermark, and what one turn can add before reading is paused. */
  private void assertBounded() throws Exception {
    long waiting = pending();
    long bound = SocketOptions.HIGH_WATERMARK + 2L * ReceiveBuffers.MAXIMUM;
    assertTrue(waiting <= bound, waiting + " bytes wait");
  }

  /** Buffers in use, or kept for the next use by a thread's cache. */
  private long activeBuffers() {
    return loops.allocator().metric().directArenas().stream()
        .mapToLong(PoolArenaMetric::numActiveAllocations)
        .sum();
  }

  private long pending() throws Exception {
    AtomicLong sum = new AtomicLong();
    loops.forEachRelay(
        traffic,
        relay -> {
          sum.addAndGet(pending(relay.client()));
          if (relay.target() != null) {
            sum.addAndGet(pending(relay.target()));
          }
        });
    afterTheLoopsTurn();
    return sum.get();
  }

  /** Waits until the loops have done what was asked of them before. */
  private void afterTheLoopsTurn() throws Exception {
    for (EventExecutor loop : loops.workers()) {
      loop.submit(() -> {}).sync();
    }
  }

  private static long pending(Side side) {
    ChannelOutboundBuffer waiting = side.channel.unsafe().outboundBuffer();
    return waiting == null ? 0 : waiting.totalPendingWriteBytes();
  }

  private void route(boolean tlsIn, boolean tlsOut) throws IOException {
    route(tlsIn, tlsOut, backend.getLocalPort());
  }

  private void route(boolean tlsIn, boolean tlsOut, int port) throws IOException {
    Optional<TlsEndpoint> in = tlsIn ? Optional.of(inbound) : Optional.empty();
    Optional<TlsEndpoint> out = tlsOut ? Optional.of(outbound) : Optional.empty();
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    listener = Listener.open(loops, any, 1024, traffic, settings(in, out, port));
  }

  private RelaySettings settings(Optional<TlsEndpoint> in, Optional<TlsEndpoint> out, int port) {
    Target target = loops.target(new Peer("localhost", port));
    return new RelaySettings(in, out, target, handshakeTimeout, connectTimeout, idleTimeout);
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), listener.address().getPort());
  }

  private FakeConnection client() throws IOException {
    return new FakeConnection(connect());
  }

  private FakeConnection client(int receiveBuffer) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(receiveBuffer);
    socket.connect(listener.address());
    return new FakeConnection(socket);
  }

  private interface Sink {
    void write(byte[] bytes) throws IOException;
  }

  private interface Source {
    byte[] read(int count) throws IOException;
  }

  private void exchange(Sink up, Sink down, Source atServer, Source atClient) throws Exception {
    byte[] request = random(MEGABYTE, 5);
    byte[] answer = random(MEGABYTE, 6);
    CompletableFuture<byte[]> gotAtServer = async(() -> atServer.read(MEGABYTE));
    CompletableFuture<byte[]> gotAtClient = async(() -> atClient.read(MEGABYTE));
    CompletableFuture<Void> sent =
        async(
            () -> {
              down.write(answer);
              return null;
            });
    up.write(request);
    assertArrayEquals(request, gotAtServer.get(20, TimeUnit.SECONDS));
    assertArrayEquals(answer, gotAtClient.get(20, TimeUnit.SECONDS));
    sent.get(20, TimeUnit.SECONDS);
  }

  private <T> CompletableFuture<T> async(java.util.concurrent.Callable<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    threads.execute(
        () -> {
          try {
            result.complete(task.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
