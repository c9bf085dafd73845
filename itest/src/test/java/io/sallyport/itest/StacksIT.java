package io.sallyport.itest;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;
import static org.junit.Assert.fail;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Progress;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.Tls;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.CaStoreOps;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.TlsStackContext;
import io.sallyport.tls.stack.TlsStackOps;
import io.sallyport.tls.stack.TlsStacks;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.Provider;
import java.security.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.inject.Inject;
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
import org.osgi.framework.BundleReference;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.ConfigurationAdmin;

/** The stacks as bundles: activation, registration, every pair, exchange and failover. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class StacksIT {
  private static final List<String> STACKS = List.of("conscrypt", "jsse", "bouncycastle");

  private static final String ALLOWED = "allowed.stacks";

  @Inject private Tls tls;
  @Inject private TlsStacks stacks;
  @Inject private ConfigurationAdmin configurationAdmin;
  @Inject private BundleContext context;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final TestPki pki = new TestPki();

  @Configuration
  public Option[] configuration() {
    return ContainerOptions.all();
  }

  @Before
  public void allStacksAreThere() throws Exception {
    forgetConfiguration();
    Await.until(
        "these tests may bring stacks",
        () ->
            context.getServiceReference(Tls.class).getProperty(ALLOWED) instanceof String[] names
                && Arrays.equals(allowed(), names));
    Await.until("three stacks are candidates", () -> names().containsAll(STACKS));
    if (stacks.registered().isEmpty()) {
      stacks.swap("conscrypt");
    }
    Await.until("a stack is active", () -> stacks.registered().isPresent());
  }

  @After
  public void stopThreads() {
    threads.shutdownNow();
  }

  private Set<String> names() {
    return stacks.candidates().stream().map(StackDTO::name).collect(Collectors.toSet());
  }

  private StackDTO stack(String name) {
    return stacks.candidates().stream()
        .filter(candidate -> candidate.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private String active() {
    return stacks.registered().orElseThrow().name();
  }

  @Test
  public void everyBundleIsActiveAndEveryStackCanBecomeActive() throws Exception {
    for (Bundle bundle : context.getBundles()) {
      boolean fragment = bundle.getHeaders().get("Fragment-Host") != null;
      assertTrue(
          bundle.getSymbolicName() + " is in state " + bundle.getState(),
          fragment || bundle.getState() == Bundle.ACTIVE);
    }
    for (String name : STACKS) {
      assertEquals(name, stacks.swap(name).to());
      assertEquals(CandidateState.ACTIVE, stack(name).state());
      assertFalse(stack(name).libraryVersion().isEmpty());
    }
  }

  @Test
  public void nothingNeedsBootDelegationOrOpenedModules() {
    String delegated = context.getProperty(Constants.FRAMEWORK_BOOTDELEGATION);
    assertTrue("Delegated: " + delegated, delegated == null || delegated.isBlank());
    assertEquals(
        List.of(),
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(argument -> argument.matches("--(add-(opens|exports|reads)|illegal-access).*"))
            .toList());
  }

  @Test
  public void noStackRegistersASecurityProviderForTheWholeJvm() {
    assertEquals(
        List.of(), providers().stream().filter(name -> name.matches("BC.*|Conscrypt.*")).toList());
  }

  @Test
  public void everyPairOfStacksTalksInBothVersionsWithAndWithoutClientCertificate()
      throws Exception {
    int pairs = 0;
    for (String server : STACKS) {
      for (String client : STACKS) {
        for (TlsVersion version : List.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3)) {
          for (boolean certificate : List.of(false, true)) {
            talk(server, client, version, certificate);
            pairs++;
          }
        }
      }
    }
    assertEquals(36, pairs);
  }

  private void talk(String serverStack, String clientStack, TlsVersion version, boolean certificate)
      throws Exception {
    String row = serverStack + " ← " + clientStack + " " + version + " " + certificate;
    ServerConfig.Builder server =
        ServerConfig.builder().identity(pki.serverIdentity()).version(version);
    ClientConfig.Builder client = ClientConfig.builder().authorities(pki.authorities());
    if (certificate) {
      server.clientAuthorities(pki.authorities());
      client.identity(pki.clientIdentity());
    }
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      stacks.swap(serverStack);
      SocketChannel raw = SocketChannel.open(listener.getLocalAddress());
      SocketChannel accepted = listener.accept();
      accepted.configureBlocking(false);
      try (TlsConnection serverSide = tls.openServer(accepted, server.build())) {
        serverSide.advance(); // Takes the lease; from here on the connection keeps this stack.
        stacks.swap(clientStack);
        byte[] sent = new byte[100_000];
        new Random(pairsSeed(row)).nextBytes(sent);
        Future<byte[]> echoed = threads.submit(() -> echo(serverSide, sent.length));
        try (TlsConnection clientSide = tls.adopt(raw, "localhost", client.build())) {
          clientSide.advance();
          clientSide.write(ByteBuffer.wrap(sent));
          ByteBuffer received = ByteBuffer.allocate(sent.length);
          while (received.hasRemaining()) {
            assertTrue(row, clientSide.read(received) > 0);
          }
          assertArrayEquals(row, sent, received.array());
          assertArrayEquals(row, sent, echoed.get(30, TimeUnit.SECONDS));
          assertEquals(row, version, clientSide.session().version());
          assertEquals(row, clientStack, clientSide.session().stack());
          assertEquals(row, serverStack, serverSide.session().stack());
          assertEquals(
              row, pki.server.certificate(), clientSide.session().peerCertificates().get(0));
          assertEquals(
              row,
              certificate ? List.of(pki.client.certificate()) : List.of(),
              serverSide.session().peerCertificates());
          assertEquals(row, clientSide.session().cipherSuite(), serverSide.session().cipherSuite());
        }
      }
    }
  }

  private static long pairsSeed(String row) {
    return row.hashCode();
  }

  private static byte[] echo(TlsConnection connection, int length) throws Exception {
    Await.until("the server's handshake", () -> connection.advance() == Progress.DONE);
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (connection.read(buffer) == TlsHandle.END) {
        throw new AssertionError("The stream ended after " + buffer.position() + " bytes.");
      }
      Thread.onSpinWait();
    }
    ByteBuffer back = buffer.duplicate().flip();
    while (back.hasRemaining() || connection.flush() != Progress.DONE) {
      connection.write(back);
      Thread.onSpinWait();
    }
    return buffer.array();
  }

  @Test
  public void registrationAnswersWithTheCodesOfTheOriginal() throws Exception {
    TlsStackOps real = stacks.registered().orElseThrow();
    assertCode(TlsErrorCode.INVALID_ARG, () -> stacks.register(null));
    assertCode(TlsErrorCode.INVALID_STATE, () -> stacks.register(new Borrowed(real, "second")));
    stacks.unregister();
    assertTrue(stacks.registered().isEmpty());
    assertCode(TlsErrorCode.INVALID_STATE, stacks::unregister);
    assertCode(
        TlsErrorCode.INVALID_STATE, () -> tls.connect("127.0.0.1", anyPort(), clientConfig()));
    assertCode(
        TlsErrorCode.INVALID_VERSION,
        () ->
            stacks.register(
                new Borrowed(real, "newer") {
                  @Override
                  public int version() {
                    return OPS_VERSION + 1;
                  }
                }));
    assertCode(
        TlsErrorCode.INVALID_ARG,
        () ->
            stacks.register(
                new Borrowed(real, "incomplete") {
                  @Override
                  public Capabilities capabilities() {
                    return null;
                  }
                }));
    TlsStackOps own = new Borrowed(real, "own");
    stacks.register(own);
    assertSame(own, stacks.registered().orElseThrow());
    assertCode(TlsErrorCode.INVALID_STATE, () -> stacks.register(new Borrowed(real, "other")));
    stacks.unregister();
    assertTrue(stacks.registered().isEmpty());
    assertFalse(names().contains("own"));
  }

  @Test
  public void ofManyThreadsThatRegisterExactlyOneSucceeds() throws Exception {
    TlsStackOps real = stacks.registered().orElseThrow();
    stacks.unregister();
    AtomicInteger successes = new AtomicInteger();
    AtomicInteger refusals = new AtomicInteger();
    List<Callable<Void>> calls =
        java.util.stream.IntStream.range(0, 8)
            .<Callable<Void>>mapToObj(
                i ->
                    () -> {
                      try {
                        stacks.register(new Borrowed(real, "racer" + i));
                        successes.incrementAndGet();
                      } catch (TlsException e) {
                        assertEquals(TlsErrorCode.INVALID_STATE, e.code());
                        refusals.incrementAndGet();
                      }
                      return null;
                    })
            .toList();
    for (Future<Void> call : threads.invokeAll(calls)) {
      call.get(30, TimeUnit.SECONDS);
    }
    assertEquals(1, successes.get());
    assertEquals(7, refusals.get());
    stacks.unregister();
  }

  @Test
  public void aPlatformForDefaultStacksOnlyRegistersNothing() throws Exception {
    configure("default.stack.only", true);
    Await.until(
        "registration is switched off",
        () -> {
          try {
            stacks.register(null);
            return false;
          } catch (TlsException e) {
            return e.code() == TlsErrorCode.NOT_SUPPORTED;
          }
        });
    assertCode(TlsErrorCode.NOT_SUPPORTED, stacks::unregister);
    assertTrue(stacks.registered().isPresent());
    forgetConfiguration();
    Await.until(
        "registration is on again",
        () -> {
          try {
            stacks.register(null);
            return false;
          } catch (TlsException e) {
            return e.code() == TlsErrorCode.INVALID_ARG;
          }
        });
  }

  @Test
  public void stoppingTheActiveBundleMovesNewConnectionsToTheNextByRank() throws Exception {
    configure("stack", "");
    forgetConfiguration();
    stacks.swap("conscrypt");
    Bundle conscrypt = bundle("io.sallyport.stack.conscrypt");
    conscrypt.stop();
    assertEquals("jsse", active());
    Bundle jsse = bundle("io.sallyport.stack.jsse");
    jsse.stop();
    assertEquals("bouncycastle", active());
    talk("bouncycastle", "bouncycastle", TlsVersion.TLS_1_3, true);
    jsse.start();
    conscrypt.start();
    Await.until("all are back", () -> names().containsAll(STACKS));
    stacks.swap("conscrypt");
  }

  @Test
  public void theStopOfAStackBundleWaitsForItsConnections() throws Exception {
    stacks.swap("jsse");
    Bundle jsse = bundle("io.sallyport.stack.jsse");
    Future<?> stopping;
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      ServerConfig server = ServerConfig.builder().identity(pki.serverIdentity()).build();
      Future<TlsConnection> accepting = threads.submit(() -> tls.accept(listener.accept(), server));
      int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
      try (TlsConnection client = tls.connect("localhost", port, clientConfig());
          TlsConnection accepted = accepting.get(20, TimeUnit.SECONDS)) {
        stopping =
            threads.submit(
                () -> {
                  jsse.stop();
                  return null;
                });
        Await.until("another stack is active", () -> active().equals("conscrypt"));
        client.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        ByteBuffer got = ByteBuffer.allocate(3);
        while (got.hasRemaining()) {
          assertTrue(accepted.read(got) > 0);
        }
        assertEquals("jsse", client.session().stack());
      }
    }
    stopping.get(60, TimeUnit.SECONDS); // It waited for the connections.
    jsse.start();
    Await.until("jsse is back", () -> names().contains("jsse"));
  }

  @Test
  public void configurationSelectsTheStackByNameAndByFilter() throws Exception {
    configure("stack", "bouncycastle");
    Await.until("bouncycastle is active", () -> active().equals("bouncycastle"));
    configure("stack", "(service.ranking=20)");
    Await.until("jsse is active", () -> active().equals("jsse"));
    configure("stack", "conscrypt");
    Await.until("conscrypt is active", () -> active().equals("conscrypt"));
    forgetConfiguration();
  }

  @Test
  public void anUnknownStackInTheConfigurationKeepsTheOldOneAndIsSaid() throws Exception {
    configure("stack", "jsse");
    Await.until("jsse is active", () -> active().equals("jsse"));
    try (LogLines log = new LogLines(context)) {
      configure("stack", "nosuchstack");
      log.await("No stack fits 'nosuchstack'; there are: ", "jsse stays active.");
      assertEquals("jsse", active());
      configure("stack", "(malformed");
      log.await("'(malformed' is neither the name of a stack nor an LDAP filter", ".");
    } finally {
      forgetConfiguration();
    }
    Await.until("the best rank is active", () -> active().equals("conscrypt"));
  }

  @Test
  public void theReluctantPolicyKeepsTheActiveStackWhenABetterOneComesBack() throws Exception {
    configure("stack.policy", "reluctant");
    stacks.swap("conscrypt");
    Bundle conscrypt = bundle("io.sallyport.stack.conscrypt");
    try {
      conscrypt.stop();
      assertEquals("jsse", active());
      conscrypt.start();
      Await.until("conscrypt is back", () -> names().contains("conscrypt"));
      stacks.swap("jsse"); // Serialised with the selection that the newcomer causes.
      assertEquals("jsse", active());
      assertEquals(CandidateState.STANDBY, stack("conscrypt").state());
    } finally {
      forgetConfiguration();
    }
  }

  @Test
  public void theGreedyPolicyLetsABetterStackThatComesBackTakeOver() throws Exception {
    configure("stack", "(service.ranking>=10)"); // What was swapped by hand no longer counts.
    Await.until("the best rank is active", () -> active().equals("conscrypt"));
    Bundle conscrypt = bundle("io.sallyport.stack.conscrypt");
    try {
      conscrypt.stop();
      assertEquals("jsse", active());
      conscrypt.start();
      Await.until("conscrypt has taken over", () -> active().equals("conscrypt"));
    } finally {
      forgetConfiguration();
    }
  }

  @Test
  public void restartsLeaveNoThreadAndNoOpenConnectionBehind() throws Exception {
    for (String name : STACKS) {
      Bundle bundle = bundle("io.sallyport.stack." + name);
      for (int i = 0; i < 5; i++) {
        if (i == 1) {
          awaitNoConnections(); // The first round may start what then stays.
        }
        bundle.stop();
        bundle.start();
        Await.until(name + " is back", () -> names().contains(name));
        stacks.swap(name);
        talk(name, name, TlsVersion.TLS_1_3, false);
      }
    }
    awaitNoConnections();
    assertEquals(
        "Retired stacks: " + stacks.candidates(), STACKS.size(), stacks.candidates().size());
    List<String> foreign =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getContextClassLoader() instanceof BundleReference)
            .filter(
                thread ->
                    ((BundleReference) thread.getContextClassLoader())
                        .getBundle()
                        .getSymbolicName()
                        .startsWith("io.sallyport.stack."))
            .map(Thread::getName)
            .toList();
    assertEquals(List.of(), foreign);
  }

  @Test
  public void updatesOfAStackBundleLeaveNoClassLoaderBehind() throws Exception {
    FrameworkWiring framework =
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    for (String name : STACKS) {
      List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
      Bundle bundle = bundle("io.sallyport.stack." + name);
      for (int i = 0; i < 3; i++) {
        loaders.add(new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader()));
        bundle.update();
        CountDownLatch refreshed = new CountDownLatch(1);
        framework.refreshBundles(List.of(bundle), event -> refreshed.countDown());
        assertTrue(name + " is refreshed", refreshed.await(30, TimeUnit.SECONDS));
        Await.until(name + " is back", () -> names().contains(name));
        stacks.swap(name);
        talk(name, name, TlsVersion.TLS_1_3, false);
      }
      stacks.swap(STACKS.get(name.equals(STACKS.get(0)) ? 1 : 0));
      awaitNoConnections();
      Await.until(
          "the class loaders of three earlier versions of " + name + " are collected",
          Duration.ofMinutes(2), // The library's finalizers run when the machine lets them.
          () -> {
            System.gc();
            return loaders.stream().allMatch(loader -> loader.get() == null);
          });
    }
  }

  private void awaitNoConnections() throws Exception {
    Await.until("no connection is open", () -> stacks.connections(1).isEmpty());
  }

  @Test
  public void swappingToAnUnknownStackNamesThoseThereAre() throws Exception {
    try {
      stacks.swap("nosuchstack");
      fail("There is no such stack.");
    } catch (TlsException e) {
      assertEquals(TlsErrorCode.INVALID_ARG, e.code());
      assertTrue(e.getMessage(), e.getMessage().contains("conscrypt, jsse, bouncycastle"));
    }
  }

  @Test
  public void aStackThatFailsItsProofStaysInStandbyWithTheReason() throws Exception {
    configure("stack", "(service.ranking>=0)"); // What was swapped by hand no longer counts.
    Await.until("the best rank is active", () -> active().equals("conscrypt"));
    TlsStackOps real = stacks.registered().orElseThrow();
    var registration =
        context.registerService(
            TlsStackOps.class,
            new Borrowed(real, "broken") {
              @Override
              public TlsStackContext prepare(TlsConfig config) throws TlsException {
                throw new TlsException(TlsErrorCode.SSL_SETUP_FAILED, "It is broken.");
              }
            },
            new Hashtable<>(java.util.Map.of("service.ranking", 1000)));
    try {
      Await.until(
          "its proof has failed",
          () -> {
            StackDTO broken = stack("broken");
            return broken.state() == CandidateState.STANDBY
                && broken.reason().contains("It is broken.");
          });
      assertEquals(real.name(), active());
    } finally {
      registration.unregister();
      forgetConfiguration();
    }
    assertFalse(names().contains("broken"));
  }

  @Test
  public void stoppingTheStacksLeavesNoSecurityProviderBehind() throws Exception {
    List<String> before = providers();
    for (String name : STACKS) {
      Bundle bundle = bundle("io.sallyport.stack." + name);
      bundle.stop();
      bundle.start();
    }
    Await.until("all are back", () -> names().containsAll(STACKS));
    assertEquals(before, providers());
  }

  private static List<String> providers() {
    return Arrays.stream(Security.getProviders()).map(Provider::getName).toList();
  }

  private ClientConfig clientConfig() throws TlsException {
    return ClientConfig.builder().authorities(pki.authorities()).build();
  }

  /** A port that somebody listens on, so that only the missing stack can make a connect fail. */
  private static int anyPort() throws Exception {
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return ((InetSocketAddress) listener.getLocalAddress()).getPort();
  }

  private Bundle bundle(String symbolicName) {
    return Arrays.stream(context.getBundles())
        .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
        .findFirst()
        .orElseThrow();
  }

  private void configure(String key, Object value) throws Exception {
    configurationAdmin
        .getConfiguration("io.sallyport.core", "?")
        .update(new Hashtable<>(java.util.Map.of(key, value, ALLOWED, allowed())));
  }

  /** The stacks of these tests come from their own bundle. */
  private static String[] allowed() {
    return new String[] {"io.sallyport.stack.*", "PAXEXAM-PROBE-*"};
  }

  private void forgetConfiguration() throws Exception {
    configurationAdmin
        .getConfiguration("io.sallyport.core", "?")
        .update(new Hashtable<>(java.util.Map.of(ALLOWED, allowed())));
  }

  private interface TlsCall {
    void perform() throws Exception;
  }

  private static void assertCode(TlsErrorCode expected, TlsCall call) throws Exception {
    try {
      call.perform();
    } catch (TlsException e) {
      assertEquals(e.getMessage(), expected, e.code());
      assertTrue(e.getMessage(), e.getMessage().endsWith("."));
      return;
    }
    fail("It should have failed with " + expected + ".");
  }

  /** A stack of another name that works like a real one. */
  private static class Borrowed implements TlsStackOps {
    private final TlsStackOps real;
    private final String name;

    Borrowed(TlsStackOps real, String name) {
      this.real = real;
      this.name = name;
    }

    @Override
    public int version() {
      return OPS_VERSION;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String libraryVersion() {
      return "1";
    }

    @Override
    public Capabilities capabilities() {
      return real.capabilities();
    }

    @Override
    public TlsStackContext prepare(TlsConfig config) throws TlsException {
      return real.prepare(config);
    }

    @Override
    public CaStoreOps caStore() {
      return real.caStore();
    }

    @Override
    public List<CipherSuite> cipherSuites() {
      return real.cipherSuites();
    }
  }
}
