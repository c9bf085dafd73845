package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Tls;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.ConnectionDTO;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.TlsStacks;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.inject.Inject;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;

/** The gateway's routes in a framework, and the exchange of the stack under their traffic. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class RoutesIT {
  private static final List<String> STACKS = List.of("conscrypt", "jsse", "bouncycastle");
  private static final String ROUTE_PID = "io.sallyport.gateway.route";
  private static final long LARGE = 104L * 1024 * 1024;
  private static final long LARGE_UPLOAD = 12L * 1024 * 1024;
  private static final int SWAPS = 6;

  @Inject private Tls tls;
  @Inject private TlsStacks stacks;
  @Inject private ConfigurationAdmin configurationAdmin;
  @Inject private BundleContext context;

  private final TestPki pki = new TestPki();
  private final List<org.osgi.service.cm.Configuration> configurations = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Path folder;
  private Backend backend;
  private SSLContext jdk;

  @Configuration
  public Option[] configuration() {
    return ContainerOptions.all();
  }

  @Before
  public void prepare() throws Exception {
    Await.until("three stacks are candidates", () -> stacks.candidates().size() >= 3);
    folder = Files.createTempDirectory(Files.createDirectories(Settings.work()), "routes");
    Files.write(folder.resolve("ca.pem"), Pem.certificates(pki.authorities()));
    Files.write(folder.resolve("server.pem"), Pem.certificates(pki.server.chain()));
    Files.write(folder.resolve("server.key"), Pem.privateKey(pki.server.key()));
    Files.write(folder.resolve("client.pem"), Pem.certificates(pki.client.chain()));
    Files.write(folder.resolve("client.key"), Pem.privateKey(pki.client.key()));
    backend = Backend.plain();
    jdk = JdkTls.context(pki.authorities(), pki.client);
  }

  @After
  public void tidyUp() throws Exception {
    threads.shutdownNow();
    for (org.osgi.service.cm.Configuration configuration : List.copyOf(configurations)) {
      remove(configuration);
    }
    backend.close();
  }

  @Test
  public void eachModeOfRouteWorksOnEachStackInBothVersions() throws Exception {
    try (Backend secureBackend =
        Backend.start(JdkTls.context(pki.authorities(), pki.server).getServerSocketFactory())) {
      for (String version : List.of("1.2", "1.3")) {
        int terminate =
            listening(
                "terminate" + version,
                merged(terminate(backend), Map.of("server.tls.version", version)));
        int originate =
            listening(
                "originate" + version,
                merged(originate(secureBackend), Map.of("client.tls.version", version)));
        Map<String, Object> both = merged(terminate(secureBackend), originate(secureBackend));
        both.put("mode", "bridge");
        both.put("server.tls.version", version);
        both.put("client.tls.version", version);
        int bridge = listening("bridge" + version, both);
        for (String stack : STACKS) {
          stacks.swap(stack);
          throughTls(terminate, "TLSv" + version);
          throughPlain(originate);
          throughTls(bridge, "TLSv" + version);
        }
      }
    }
  }

  @Test
  public void aRouteThatAsksForClientCertificatesServesThoseWhoHaveOneAndNobodyElse()
      throws Exception {
    int port =
        listening(
            "mutual",
            merged(
                terminate(backend),
                Map.of("server.client.ca", folder.resolve("ca.pem").toString())));
    for (String stack : STACKS) {
      stacks.swap(stack);
      throughTls(port, "TLSv1.2");
      throughTls(port, "TLSv1.3");
      try (LogLines log = new LogLines(context)) {
        ClientConfig without = ClientConfig.builder().authorities(pki.authorities()).build();
        assertFails(
            () -> {
              try (TlsConnection connection = tls.connect("localhost", port, without)) {
                connection.read(ByteBuffer.allocate(1));
              }
            });
        String line = log.await("Route mutual: ", "no certificate", "[SSL_HANDSHAKE_FAILED]");
        assertTrue(stack + ": " + line, line.contains("127.0.0.1:"));
      }
    }
  }

  @Test
  public void aDownloadByTheJdkSurvivesSixSwapsByteForByte() throws Exception {
    int port = listening("large", terminate(backend));
    swapWhile(
        port,
        progress -> {
          try (SSLSocket socket = JdkTls.connect(jdk, port)) {
            Exchange.perform(
                socket.getInputStream(),
                socket.getOutputStream(),
                LARGE,
                LARGE_UPLOAD,
                progress::reached);
          }
        });
  }

  @Test
  public void aDownloadByThePlatformItselfSurvivesSixSwapsByteForByte() throws Exception {
    int port = listening("large", terminate(backend));
    swapWhile(
        port,
        progress -> {
          try (TlsConnection connection = tls.connect("localhost", port, client())) {
            Exchange.perform(
                ConnectionStreams.input(connection),
                ConnectionStreams.output(connection),
                LARGE,
                LARGE_UPLOAD,
                progress::reached);
          }
        });
  }

  private interface Transfer {
    void perform(Progress progress) throws Exception;
  }

  /** Holds a transfer at each of its parts until the swap of the part before is done. */
  private static final class Progress {
    private final BlockingQueue<String> due = new LinkedBlockingQueue<>();
    private final AtomicInteger done = new AtomicInteger();
    private volatile Future<?> swapping = CompletableFuture.completedFuture(null);
    private int begun;

    void reached(double part) {
      if (begun < SWAPS && part > (begun + 1) / (SWAPS + 2.0)) {
        awaitDone(begun);
        due.add(STACKS.get((begun + 1) % STACKS.size()));
        begun++;
      } else if (part > (SWAPS + 1) / (SWAPS + 2.0) && part < 1) {
        awaitDone(SWAPS); // So that the last swap, too, is one under traffic.
      }
    }

    private void awaitDone(int swaps) {
      try {
        Await.until(
            swaps + " swaps are done",
            () -> {
              if (swapping.isDone()) {
                swapping.get(); // Tells why there will be no further one.
              }
              return done.get() >= swaps;
            });
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  /**
   * Swaps through the stacks while a transfer runs, with short connections meanwhile: none may
   * fail, and a connection that is made after a swap is on the new stack.
   */
  private void swapWhile(int port, Transfer transfer) throws Exception {
    stacks.swap(STACKS.get(0));
    Progress progress = new Progress();
    ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    AtomicInteger successes = new AtomicInteger();
    ScheduledExecutorService steady = Executors.newScheduledThreadPool(2);
    Future<List<String>> swapping = threads.submit(() -> swaps(port, progress));
    progress.swapping = swapping;
    try {
      steady.scheduleAtFixedRate(
          () -> {
            try {
              throughTls(port, successes.get() % 2 == 0 ? "TLSv1.3" : "TLSv1.2");
              successes.incrementAndGet();
            } catch (Throwable e) {
              failures.add(e.toString());
            }
          },
          0,
          50,
          TimeUnit.MILLISECONDS);
      transfer.perform(progress);
      assertEquals(SWAPS, progress.done.get());
      assertEquals(
          List.of("jsse", "bouncycastle", "conscrypt", "jsse", "bouncycastle", "conscrypt"),
          swapping.get(60, TimeUnit.SECONDS));
    } finally {
      steady.shutdown();
      assertTrue(steady.awaitTermination(60, TimeUnit.SECONDS));
    }
    assertEquals(List.of(), List.copyOf(failures));
    assertTrue("Short connections: " + successes, successes.get() >= SWAPS);
  }

  /** Gives the stacks that carried a connection made after each swap. */
  private List<String> swaps(int port, Progress progress) throws Exception {
    List<String> carried = new ArrayList<>();
    for (int i = 0; i < SWAPS; i++) {
      String target = progress.due.poll(60, TimeUnit.SECONDS);
      assertTrue("The transfer goes on", target != null);
      stacks.swap(target);
      try (SSLSocket socket = JdkTls.connect(jdk, port)) {
        int local = socket.getLocalPort();
        Await.until("the new connection is listed", () -> onServer(local));
        ConnectionDTO connection = ofClient(local).orElseThrow();
        assertEquals(target, connection.session().stack());
        assertEquals(
            socket.getSession().getCipherSuite(),
            connection.session().cipherSuite().orElseThrow().name());
        carried.add(connection.provenance().stack());
      }
      progress.done.incrementAndGet();
    }
    return carried;
  }

  @Test
  public void badConfigurationsGiveOneSentenceEachAndLeaveOtherRoutesAlone() throws Exception {
    int good = listening("good", terminate(backend));
    Files.writeString(folder.resolve("garbage.pem"), "garbage");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Object[][] rows = {
        {"mode", null, "'mode' is missing"},
        {"mode", "tunnel", "'mode' is 'tunnel'; give one of terminate, originate, bridge"},
        {"listen", "127.0.0.1", "'listen' is '127.0.0.1'; give a host and a port"},
        {"listen", "127.0.0.1:99999", "'listen' has the port '99999'"},
        {"listen", "127.0.0.1:" + taken.getLocalPort(), "the port is in use"},
        {"target", null, "'target' is missing"},
        {"server.certificate", null, "'server.certificate' is missing"},
        {"server.certificate", file("absent.pem"), "absent.pem does not exist"},
        {"server.certificate", file("garbage.pem"), "garbage.pem"},
        {"server.key", null, "'server.key' is missing"},
        {"server.key", file("client.key"), "does not belong to the certificate"},
        {"server.key", file("garbage.pem"), "garbage.pem"},
        {"server.client.ca", file("absent.pem"), "absent.pem does not exist"},
        {"server.tls.version", "1.1", "'server.tls.version' is '1.1'; give any, 1.2 or 1.3"},
        {"server.cipher.suites", "TLS_NULL", "TLS_NULL"},
        {"server.clientca", "x", "'server.clientca' is not known"},
        {"idle.timeout.ms", "soon", "'idle.timeout.ms' is 'soon'; give a whole number"},
      };
      for (Object[] row : rows) {
        Map<String, Object> values = terminate(backend);
        if (row[1] == null) {
          values.remove(row[0]);
        } else {
          values.put((String) row[0], row[1]);
        }
        org.osgi.service.cm.Configuration bad = configure("bad", values);
        String expected = (String) row[2];
        Await.until(
            "route bad has the problem: " + expected + "; it is: " + problem("bad"),
            () -> problem("bad").contains(expected));
        String sentence = problem("bad");
        assertTrue(sentence, sentence.startsWith("Route bad: "));
        assertTrue(sentence, sentence.endsWith(".") || sentence.endsWith("]"));
        assertTrue(sentence, sentence.lines().count() == 1);
        assertEquals("", property("bad", "route.listen"));
        throughTls(good, "TLSv1.3");
        remove(bad);
        Await.until("route bad is gone", () -> routes("bad").isEmpty());
      }
    }
  }

  @Test
  public void aBadChangeOfARouteKeepsTheLastGoodConfiguration() throws Exception {
    Map<String, Object> values = terminate(backend);
    int port = listening("kept", values);
    Map<String, Object> bad = merged(values, Map.of("server.certificate", file("absent.pem")));
    configure("kept", bad);
    Await.until("the problem is said", () -> problem("kept").contains("absent.pem"));
    assertEquals("LISTENING", property("kept", "route.state"));
    throughTls(port, "TLSv1.3");
    configure("kept", values);
    Await.until("the problem is over", () -> problem("kept").isEmpty());
    throughTls(port, "TLSv1.3");
  }

  @Test
  public void stoppingTheGatewaySendsCloseNotifyToOpenConnections() throws Exception {
    int port = listening("closing", terminate(backend));
    Bundle gateway = bundle("io.sallyport.gateway");
    for (String stack : STACKS) {
      stacks.swap(stack);
      for (TlsVersion version : List.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3)) {
        ClientConfig config =
            ClientConfig.builder().authorities(pki.authorities()).version(version).build();
        try (TlsConnection connection = tls.connect("localhost", port(), config)) {
          Exchange.small(ConnectionStreams.input(connection), ConnectionStreams.output(connection));
        }
        try (TlsConnection connection = tls.connect("localhost", port(), config)) {
          int local = connection.channel().orElseThrow().socket().getLocalPort();
          Await.until("the gateway carries it", () -> onServer(local));
          gateway.stop();
          assertEquals(
              stack + " " + version, TlsHandle.END, connection.read(ByteBuffer.allocate(1)));
        } finally {
          gateway.start();
          Await.until("the route is back", () -> port() > 0);
        }
      }
    }
    assertTrue(port > 0);
  }

  private int port() throws Exception {
    String listen = property("closing", "route.listen");
    return listen.isEmpty() ? 0 : Integer.parseInt(listen.replaceAll(".*:", ""));
  }

  private boolean onServer(int clientPort) {
    return ofClient(clientPort).isPresent();
  }

  /** The gateway's end of a client's connection, once its handshake is complete. */
  private Optional<ConnectionDTO> ofClient(int clientPort) {
    return stacks.connections(Integer.MAX_VALUE).stream()
        .filter(open -> open.role() == Role.SERVER && open.peer().port() == clientPort)
        .filter(open -> open.session().cipherSuite().isPresent())
        .findFirst();
  }

  @Test
  public void connectionsOfAStoppedStackBundleDrainAndThenEndInOrder() throws Exception {
    int port = listening("draining", terminate(backend));
    org.osgi.service.cm.Configuration core =
        configurationAdmin.getConfiguration("io.sallyport.core", "?");
    core.update(new Hashtable<>(Map.of("drain.deadline.ms", 1500L, "stack", "jsse")));
    Await.until("jsse is active", () -> stacks.registered().orElseThrow().name().equals("jsse"));
    Bundle jsse = bundle("io.sallyport.stack.jsse");
    Future<?> stopping;
    try (SSLSocket socket = JdkTls.connect(jdk, port)) {
      stopping =
          threads.submit(
              () -> {
                jsse.stop();
                return null;
              });
      Await.until(
          "another stack is active",
          () -> !stacks.registered().orElseThrow().name().equals("jsse"));
      // Still carried, by the stack that it began on: the stop waits for it.
      Exchange.small(socket.getInputStream(), socket.getOutputStream());
      assertEquals("The backend's end of stream", -1, socket.getInputStream().read());
    }
    stopping.get(60, TimeUnit.SECONDS);
    jsse.start();
    stacks.swap("jsse");
    try (SSLSocket socket = JdkTls.connect(jdk, port)) {
      int local = socket.getLocalPort();
      Await.until("the gateway carries it", () -> onServer(local));
      stacks.swap("conscrypt");
      long start = System.nanoTime();
      // Without close_notify the JDK would throw.
      assertEquals("close_notify", -1, socket.getInputStream().read());
      Duration held = Duration.ofNanos(System.nanoTime() - start);
      assertTrue("It was held for " + held, held.toMillis() > 1000);
    } finally {
      core.delete();
    }
  }

  private void throughTls(int port, String protocol) throws Exception {
    try (SSLSocket socket = JdkTls.connect(jdk, port, protocol)) {
      assertEquals(protocol, socket.getSession().getProtocol());
      Exchange.small(socket.getInputStream(), socket.getOutputStream());
    }
  }

  private static void throughPlain(int port) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(60_000);
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      Exchange.small(in, out);
    }
  }

  private ClientConfig client() throws TlsException {
    return ClientConfig.builder().authorities(pki.authorities()).build();
  }

  private interface TlsCall {
    void perform() throws Exception;
  }

  private static void assertFails(TlsCall call) throws Exception {
    try {
      call.perform();
    } catch (TlsException e) {
      assertTrue(
          e.code() + ": " + e.getMessage(),
          List.of(
                  TlsErrorCode.SSL_HANDSHAKE_FAILED,
                  TlsErrorCode.SSL_READ_FAILED,
                  TlsErrorCode.TCP_CLOSED_FIN)
              .contains(e.code()));
      return;
    }
    throw new AssertionError("It should have failed.");
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private Map<String, Object> terminate(Backend target) {
    return new HashMap<>(
        Map.of(
            "mode", "terminate",
            "listen", "127.0.0.1:0",
            "target", target.address(),
            "server.certificate", file("server.pem"),
            "server.key", file("server.key")));
  }

  private Map<String, Object> originate(Backend target) {
    return new HashMap<>(
        Map.of(
            "mode", "originate",
            "listen", "127.0.0.1:0",
            "target", target.address(),
            "client.ca", file("ca.pem"),
            "client.name", "localhost"));
  }

  private static Map<String, Object> merged(Map<String, Object> first, Map<String, ?> second) {
    Map<String, Object> merged = new HashMap<>(first);
    merged.putAll(second);
    return merged;
  }

  private org.osgi.service.cm.Configuration configure(String name, Map<String, Object> values)
      throws IOException {
    org.osgi.service.cm.Configuration configuration =
        configurationAdmin.getFactoryConfiguration(ROUTE_PID, name, "?");
    if (!configurations.contains(configuration)) {
      configurations.add(configuration);
    }
    configuration.update(new Hashtable<>(values));
    return configuration;
  }

  private void remove(org.osgi.service.cm.Configuration configuration) throws IOException {
    configurations.remove(configuration);
    configuration.delete();
  }

  /** Configures a route, waits until it listens and gives its port. */
  private int listening(String name, Map<String, Object> values) throws Exception {
    configure(name, values);
    Await.until(
        "route " + name + " listens",
        () -> {
          assertEquals("", problem(name));
          return property(name, "route.state").equals("LISTENING");
        });
    return Integer.parseInt(property(name, "route.listen").replaceAll(".*:", ""));
  }

  private String problem(String name) throws Exception {
    return property(name, "route.problem");
  }

  private String property(String name, String key) throws Exception {
    return routes(name).stream()
        .findFirst()
        .map(route -> String.valueOf(route.getProperty(key)))
        .orElse("");
  }

  private List<ServiceReference<?>> routes(String name) throws Exception {
    ServiceReference<?>[] found =
        context.getAllServiceReferences(
            "io.sallyport.gateway.RouteStatus", "(route.name=" + name + ")");
    return found == null ? List.of() : Arrays.asList(found);
  }

  private Bundle bundle(String symbolicName) {
    return Arrays.stream(context.getBundles())
        .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
        .findFirst()
        .orElseThrow();
  }
}
