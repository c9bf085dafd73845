package io.sallyport.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.gateway.relay.Await;
import io.sallyport.gateway.relay.RecordingLog;
import io.sallyport.stack.conscrypt.ConscryptStack;
import io.sallyport.stack.jsse.JsseStack;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Identity;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A route's life, with the real core and real stacks. */
@Timeout(120)
class RouteTest {
  private static final CertificateAuthority CA = CertificateAuthority.root("CN=Test root");
  private static final byte[] PING = "ping".getBytes();

  @TempDir private Path folder;
  private final RecordingLog log = new RecordingLog();
  private Gateway gateway;
  private Route route;
  private ServerSocket backend;

  private static RealPlatform platform;

  @BeforeAll
  static void startPlatform() throws Exception {
    platform = new RealPlatform(new JsseStack());
  }

  @AfterAll
  static void endPlatform() throws Exception {
    platform.close();
  }

  @BeforeEach
  void start() throws Exception {
    gateway = new Gateway(2);
    route = new Route("web", gateway, platform.tls(), folder, log, () -> {});
    backend = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    backend.setSoTimeout(20_000);
    Files.write(folder.resolve("ca.pem"), Pem.certificates(List.of(CA.authorityCertificate())));
    write("server", server());
    write("client", CA.certificate().subject("CN=client").forClients().issue());
  }

  @AfterEach
  void end() throws Exception {
    gateway.run(route::stop, 20_000);
    assertEquals(0, route.status().open);
    gateway.close();
    backend.close();
    Await.until(
        "every thread has ended",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("sallyport-gateway")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"jsse", "conscrypt"})
  void everyModeCarriesBytesWithClientCertificates(String stack) throws Exception {
    if (stack.equals("conscrypt")) {
      platform.stacks().unregister();
      platform.stacks().register(new ConscryptStack());
    }
    Map<String, Object> bridge = terminate();
    bridge.put("server.client.ca", "ca.pem");
    apply(bridge);
    int terminating = port();
    Route originating = new Route("out", gateway, platform.tls(), folder, log, () -> {});
    Map<String, Object> originate = new HashMap<>();
    originate.put("service.pid", "io.sallyport.gateway.route~out");
    originate.put("mode", "originate");
    originate.put("listen", "127.0.0.1:0");
    originate.put("target", "localhost:" + terminating);
    originate.put("client.ca", "ca.pem");
    originate.put("client.certificate", "client.pem");
    originate.put("client.key", "client.key");
    Route bridging = new Route("both", gateway, platform.tls(), folder, log, () -> {});
    Map<String, Object> both = new HashMap<>(originate);
    both.put("service.pid", "io.sallyport.gateway.route~both");
    both.put("mode", "bridge");
    both.put("server.certificate", "server.pem");
    both.put("server.key", "server.key");
    try {
      gateway.run(() -> originating.apply(originate), 20_000);
      gateway.run(() -> bridging.apply(both), 20_000);
      try (Socket client = new Socket("127.0.0.1", port(originating))) {
        client.getOutputStream().write(PING);
        try (Socket server = backend.accept()) {
          assertArrayEquals(PING, server.getInputStream().readNBytes(PING.length));
          server.getOutputStream().write(PING);
          assertArrayEquals(PING, client.getInputStream().readNBytes(PING.length));
        }
        assertEquals(-1, client.getInputStream().read());
      }
      try (TlsConnection client = connect(port(bridging))) {
        client.write(ByteBuffer.wrap(PING));
        try (Socket server = backend.accept()) {
          assertArrayEquals(PING, server.getInputStream().readNBytes(PING.length));
        }
        assertEquals(TlsHandle.END, client.read(ByteBuffer.allocate(1)));
      }
    } finally {
      gateway.run(originating::stop, 20_000);
      gateway.run(bridging::stop, 20_000);
      if (stack.equals("conscrypt")) {
        platform.stacks().unregister();
        platform.stacks().register(new JsseStack());
      }
    }
  }

  @Test
  void stoppingSendsCloseNotify() throws Exception {
    apply(terminate());
    try (TlsConnection client = connect(port());
        Socket server = backend.accept()) {
      client.write(ByteBuffer.wrap(PING));
      server.getInputStream().readNBytes(PING.length);
      gateway.run(route::stop, 20_000);
      assertEquals(TlsHandle.END, client.read(ByteBuffer.allocate(1)));
      assertEquals(RouteState.STOPPED, route.status().state);
    }
  }

  @Test
  void aRenewedCertificateIsServedAndOldConnectionsGoOn() throws Exception {
    apply(terminate());
    int port = port();
    try (TlsConnection old = connect(port);
        Socket oldServer = backend.accept()) {
      write("server", server());
      gateway.run(route::reload, 20_000);
      assertEquals(port, port());
      try (TlsConnection fresh = connect(port);
          Socket freshServer = backend.accept()) {
        assertNotEquals(serial(old), serial(fresh));
        fresh.write(ByteBuffer.wrap(PING));
        assertArrayEquals(PING, freshServer.getInputStream().readNBytes(PING.length));
      }
      old.write(ByteBuffer.wrap(PING));
      assertArrayEquals(PING, oldServer.getInputStream().readNBytes(PING.length));
    }
  }

  @Test
  void aBadChangeKeepsTheLastGoodConfiguration() throws Exception {
    apply(terminate());
    int port = port();
    Map<String, Object> bad = terminate();
    bad.put("server.key", "missing.key");
    apply(bad);
    assertEquals(RouteState.LISTENING, route.status().state);
    String problem = route.status().problem;
    assertTrue(problem.startsWith("Route web: 'server.key': "), problem);
    assertTrue(problem.endsWith("missing.key does not exist; create it or correct the path."));
    assertTrue(
        log.lines.contains("WARN " + problem + " The last good configuration stays in use."),
        log.lines.toString());
    connect(port).close();
    apply(terminate());
    assertEquals("", route.status().problem);
  }

  @Test
  void anotherAddressIsListenedOnBeforeTheOldOneIsGivenUp() throws Exception {
    apply(terminate());
    int before = port();
    try (TlsConnection old = connect(before);
        Socket oldServer = backend.accept()) {
      Map<String, Object> moved = terminate();
      moved.put("listen", "localhost:0");
      apply(moved);
      assertNotEquals(before, port());
      assertThrows(IOException.class, () -> new Socket("127.0.0.1", before).close());
      connect(port()).close();
      backend.accept().close();
      old.write(ByteBuffer.wrap(PING));
      assertArrayEquals(PING, oldServer.getInputStream().readNBytes(PING.length));
    }
  }

  @Test
  void aPortInUseIsTriedAgainUntilItIsFree() throws Exception {
    Map<String, Object> values = terminate();
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      values.put("listen", "127.0.0.1:" + other.getLocalPort());
      apply(values);
      assertEquals(RouteState.WAITING, route.status().state);
      assertEquals(
          "Route web: cannot listen on 127.0.0.1:"
              + other.getLocalPort()
              + ", the port is in use; stop the other program or change 'listen'.",
          route.status().problem);
    }
    Await.until("the port is had", () -> route.status().state == RouteState.LISTENING);
    connect(port()).close();
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() throws Exception {
    Files.write(folder.resolve("server.key"), Pem.privateKey(server().key()));
    apply(terminate());
    RouteDTO now = route.status();
    assertEquals(RouteState.FAILED, now.state);
    assertTrue(now.problem.startsWith("Route web: 'server.key': server.key: "), now.problem);
    assertTrue(now.problem.contains("does not belong to the certificate"), now.problem);
  }

  @Test
  void anEncryptedKeyNeedsItsPassword() throws Exception {
    Issued issued = server();
    write("server", issued);
    byte[] encrypted = Pem.encryptedPrivateKey(issued.key(), "secret".toCharArray());
    Files.write(folder.resolve("server.key"), encrypted);
    apply(terminate());
    assertEquals(RouteState.FAILED, route.status().state);
    assertTrue(
        route.status().problem.startsWith("Route web: 'server.key': server.key: "),
        route.status().problem);
    Files.writeString(folder.resolve("password"), "secret\n");
    Map<String, Object> values = terminate();
    values.put("server.key.password.file", "password");
    apply(values);
    assertEquals("", route.status().problem);
    connect(port()).close();
  }

  @Test
  void anUnknownSuiteIsRefusedWithTheKnownOnes() {
    Map<String, Object> values = terminate();
    values.put("server.cipher.suites", "TLS_NULL_WITH_NULL_NULL");
    apply(values);
    String problem = route.status().problem;
    assertTrue(problem.contains("'server.cipher.suites': "), problem);
    assertTrue(problem.contains("TLS_AES_128_GCM_SHA256"), problem);
  }

  @Test
  void plainHttpToATlsPortIsToldAndOthersAreServed() throws Exception {
    apply(terminate());
    try (Socket client = new Socket("127.0.0.1", port())) {
      client.setSoTimeout(20_000);
      client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes());
      client.getInputStream().readAllBytes();
    }
    assertEquals(1L, route.status().errors.get("SSL_HANDSHAKE_FAILED"));
    String line = route.status().lastError;
    assertTrue(line.startsWith("127.0.0.1:") && line.contains("plain HTTP"), line);
    assertTrue(log.lines.contains("INFO Route web: " + line), log.lines.toString());
    connect(port()).close();
    assertEquals(1, route.status().failedHandshakes);
  }

  @Test
  void aMissingClientCertificateIsRefusedWithAnAlert() throws Exception {
    Map<String, Object> values = terminate();
    values.put("server.client.ca", "ca.pem");
    apply(values);
    ClientConfig anonymous =
        ClientConfig.builder().authorities(List.of(CA.authorityCertificate())).build();
    TlsException refused =
        assertThrows(
            TlsException.class,
            () -> {
              try (TlsConnection client = platform.tls().connect("localhost", port(), anonymous)) {
                client.read(ByteBuffer.allocate(1));
              }
            });
    assertNotEquals(TlsErrorCode.TCP_CLOSED_FIN, refused.code(), refused.getMessage());
    Await.until("it is counted", () -> route.status().failedHandshakes == 1);
    backend.setSoTimeout(100);
    assertThrows(IOException.class, backend::accept);
  }

  @Test
  void anUntrustedTargetIsReportedAndTheClientIsEndedInOrder() throws Exception {
    apply(terminate());
    Files.write(
        folder.resolve("other.pem"),
        Pem.certificates(List.of(CertificateAuthority.root("CN=Other").authorityCertificate())));
    Route originating = new Route("out", gateway, platform.tls(), folder, log, () -> {});
    Map<String, Object> values = new HashMap<>();
    values.put("service.pid", "io.sallyport.gateway.route~out");
    values.put("mode", "originate");
    values.put("listen", "127.0.0.1:0");
    values.put("target", "localhost:" + port());
    values.put("client.ca", "other.pem");
    try {
      gateway.run(() -> originating.apply(values), 20_000);
      try (Socket client = new Socket("127.0.0.1", port(originating))) {
        client.setSoTimeout(20_000);
        assertEquals(-1, client.getInputStream().read());
      }
      assertEquals(1L, originating.status().errors.get("SSL_HANDSHAKE_FAILED"));
      assertTrue(
          log.lines.stream()
              .anyMatch(line -> line.startsWith("WARN Route out: ") && line.contains("authority")),
          log.lines.toString());
    } finally {
      gateway.run(originating::stop, 20_000);
    }
  }

  private void apply(Map<String, Object> values) {
    gateway.run(() -> route.apply(values), 20_000);
  }

  private Map<String, Object> terminate() {
    Map<String, Object> values = new HashMap<>();
    values.put("service.pid", "io.sallyport.gateway.route~web");
    values.put("mode", "terminate");
    values.put("listen", "127.0.0.1:0");
    values.put("target", "127.0.0.1:" + backend.getLocalPort());
    values.put("server.certificate", "server.pem");
    values.put("server.key", "server.key");
    return values;
  }

  private TlsConnection connect(int port) throws TlsException, IOException {
    return platform.tls().connect("localhost", port, clientConfig());
  }

  private ClientConfig clientConfig() throws IOException {
    var credentials = platform.tls().credentials();
    return ClientConfig.builder()
        .authorities(List.of(CA.authorityCertificate()))
        .identity(
            Identity.of(
                credentials.certificates(Files.readAllBytes(folder.resolve("client.pem"))),
                credentials.privateKey(
                    Files.readAllBytes(folder.resolve("client.key")), new char[0])))
        .build();
  }

  private int port() {
    return port(route);
  }

  private static int port(Route of) {
    RouteDTO now = of.status();
    assertEquals(RouteState.LISTENING, now.state, now.problem);
    return Integer.parseInt(now.listen.substring(now.listen.lastIndexOf(':') + 1));
  }

  private static Object serial(TlsConnection connection) {
    return connection.session().peerCertificates().get(0).getSerialNumber();
  }

  private static Issued server() {
    return CA.certificate().subject("CN=localhost").dns("localhost").ip("127.0.0.1").issue();
  }

  private void write(String name, Issued issued) throws IOException {
    Files.write(folder.resolve(name + ".pem"), Pem.certificates(issued.chain()));
    Files.write(folder.resolve(name + ".key"), Pem.privateKey(issued.key()));
  }
}
