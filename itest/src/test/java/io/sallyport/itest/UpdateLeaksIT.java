package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.stack.ConnectionDTO;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.TlsStacks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
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
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * What is left of a bundle after it was updated: nothing. Each stack's bundle is updated again and
 * again while it is the active one, carries light load and is in the middle of a transfer; 200
 * times with the profile {@code endurance}, a few times without. The libraries, among them
 * Conscrypt's, which cannot be unloaded, stay installed all the time.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class UpdateLeaksIT {
  private static final List<String> STACKS = List.of("conscrypt", "jsse", "bouncycastle");
  private static final int WARM_UP = Settings.endurance() ? 20 : 2;
  private static final int UPDATES = Settings.endurance() ? 200 : 10;
  private static final int ROUNDS_OF_A_SAMPLE = Settings.endurance() ? 10 : 5;
  private static final int TRANSFER = 512 * 1024;

  /** By then, what holds a retired generation lets it go, even if connections had stayed. */
  private static final long DRAIN_DEADLINE_MS = 1000;

  private static final Duration SETTLING = Duration.ofMinutes(1);

  @Inject private TlsStacks stacks;
  @Inject private ConfigurationAdmin configurationAdmin;
  @Inject private BundleContext context;

  private final TestPki pki = new TestPki();
  private final Revisions revisions = new Revisions();
  private final LightLoad load = new LightLoad();
  private final List<Footprint> samples = new ArrayList<>();
  private Path folder;
  private TestRoutes routes;
  private Backend backend;
  private SSLContext jdk;
  private int port;

  @Configuration
  public Option[] configuration() {
    return ContainerOptions.all();
  }

  @Before
  public void prepare() throws Exception {
    Await.until("three stacks are candidates", () -> stacks.candidates().size() >= 3);
    folder = Files.createTempDirectory(Files.createDirectories(Settings.work()), "leaks");
    Files.write(folder.resolve("ca.pem"), Pem.certificates(pki.authorities()));
    Files.write(folder.resolve("server.pem"), Pem.certificates(pki.server.chain()));
    Files.write(folder.resolve("server.key"), Pem.privateKey(pki.server.key()));
    backend = Backend.plain();
    jdk = JdkTls.context(pki.authorities(), pki.client);
    routes = new TestRoutes(context, configurationAdmin);
    routes.configure(
        "io.sallyport.core",
        Map.of("drain.deadline.ms", DRAIN_DEADLINE_MS, "stack.policy", "reluctant"));
    port = routes.listening("in", terminate("server.key", file("server.key"), "server.pem"));
    int old = routes.listening("out-1.2", originate("1.2"));
    int modern = routes.listening("out-1.3", originate("1.3"));
    load.with("TLS 1.2 in", () -> throughTls(port, "TLSv1.2"))
        .with("TLS 1.3 in", () -> throughTls(port, "TLSv1.3"))
        .with("TLS 1.2 out and in", () -> throughPlain(old))
        .with("TLS 1.3 out and in", () -> throughPlain(modern));
  }

  @After
  public void tidyUp() throws Exception {
    load.close();
    routes.close();
    backend.close();
  }

  @Test
  public void updatesOfEachStackUnderLoadLeaveNothingBehind() throws Exception {
    load.resume();
    updateEach(WARM_UP);
    Footprint before = atRest();
    samples.add(before);
    for (int done = 0; done < UPDATES; done += ROUNDS_OF_A_SAMPLE) {
      load.resume();
      updateEach(ROUNDS_OF_A_SAMPLE);
      samples.add(atRest());
    }
    report("update-leaks.txt");
    assertEquals("Visits that failed", List.of(), load.failures());
    awaitNothingLeft(before);
  }

  private void updateEach(int rounds) throws Exception {
    for (int i = 0; i < rounds; i++) {
      for (String stack : STACKS) {
        update(stack);
      }
    }
  }

  /** Updates the active stack's bundle in the middle of a transfer; another stack takes over. */
  private void update(String stack) throws Exception {
    stacks.swap(stack);
    load.awaitOneOfEach();
    AtomicBoolean updated = new AtomicBoolean();
    try (SSLSocket socket = JdkTls.connect(jdk, port)) {
      Exchange.perform(
          socket.getInputStream(),
          socket.getOutputStream(),
          TRANSFER,
          TRANSFER,
          done -> {
            if (done > 0.4 && updated.compareAndSet(false, true)) {
              updateUnder(socket.getLocalPort(), stack);
            }
          });
    }
    assertTrue("The transfer was long enough", updated.get());
    Await.until(
        stack + " is back",
        () -> stacks.candidates().stream().map(StackDTO::name).anyMatch(stack::equals));
  }

  private void updateUnder(int client, String stack) {
    try {
      assertEquals(
          "What carries the transfer",
          List.of(stack),
          stacks.connections(Integer.MAX_VALUE).stream()
              .filter(open -> open.role() == Role.SERVER && open.peer().port() == client)
              .map(ConnectionDTO::stack)
              .toList());
      Bundle bundle = bundle("io.sallyport.stack." + stack);
      revisions.replacing(bundle);
      bundle.update();
      assertTrue(
          "Another stack took over from " + stack,
          stacks.registered().filter(active -> !active.name().equals(stack)).isPresent());
    } catch (Exception e) {
      throw new AssertionError("The update of " + stack + " failed: " + e, e);
    }
  }

  /** Stops the load, waits until no earlier revision is left, and looks at what there is. */
  private Footprint atRest() throws Exception {
    load.pause();
    Await.until("no connection is open", () -> stacks.connections(1).isEmpty());
    revisions.awaitCollected();
    return Footprint.now();
  }

  private void awaitNothingLeft(Footprint before) throws Exception {
    List<String> left = new ArrayList<>();
    try {
      Await.until(
          "nothing more is held than before",
          SETTLING,
          () -> {
            System.gc(); // Finalizers and cleaners take their time.
            left.clear();
            left.addAll(Footprint.now().leftSince(before));
            return left.isEmpty();
          });
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + ": " + String.join(" ", left));
    }
  }

  private void report(String name) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d visits under %d updates of each of %s, %d failed"
            .formatted(load.visits(), WARM_UP + UPDATES, STACKS, load.failures().size()));
    for (int i = 0; i < samples.size(); i++) {
      lines.add("%4d  %s".formatted(i * ROUNDS_OF_A_SAMPLE, samples.get(i)));
    }
    lines.add("heap %+.0f bytes per update".formatted(slope()));
    Files.write(Settings.work().resolve(name), lines);
  }

  private double slope() {
    Trend heap = new Trend();
    for (int i = 0; i < samples.size(); i++) {
      heap.add(i * ROUNDS_OF_A_SAMPLE * STACKS.size(), samples.get(i).heapBytes());
    }
    return heap.slope();
  }

  private void throughTls(int listening, String protocol) throws Exception {
    try (SSLSocket socket = JdkTls.connect(jdk, listening, protocol)) {
      Exchange.small(socket.getInputStream(), socket.getOutputStream());
    }
  }

  private static void throughPlain(int listening) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listening)) {
      socket.setSoTimeout(60_000);
      Exchange.small(socket.getInputStream(), socket.getOutputStream());
    }
  }

  private Map<String, Object> terminate(String key, String value, String certificate) {
    return Map.of(
        "mode",
        "terminate",
        "listen",
        "127.0.0.1:0",
        "target",
        backend.address(),
        "server.certificate",
        file(certificate),
        key,
        value);
  }

  /** Goes out to the other route, so that one stack is at both ends. */
  private Map<String, Object> originate(String version) {
    Map<String, Object> values = new HashMap<>();
    values.put("mode", "originate");
    values.put("listen", "127.0.0.1:0");
    values.put("target", "127.0.0.1:" + port);
    values.put("client.ca", file("ca.pem"));
    values.put("client.name", "localhost");
    values.put("client.tls.version", version);
    values.put("client.session.resumption", true);
    return values;
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private Bundle bundle(String symbolicName) {
    return Arrays.stream(context.getBundles())
        .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
        .findFirst()
        .orElseThrow();
  }
}
