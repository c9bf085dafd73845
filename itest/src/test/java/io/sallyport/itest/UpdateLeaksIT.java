package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;

import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.TlsStacks;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
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
  private static final int ROUNDS_OF_A_SAMPLE = 10;
  private static final int TRANSFER = 512 * 1024;

  @Inject private TlsStacks stacks;
  @Inject private ConfigurationAdmin configurationAdmin;
  @Inject private BundleContext context;

  private final TestPki pki = new TestPki();
  private final LightLoad load = new LightLoad();
  private LeakWatch watch;
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
    watch = new LeakWatch(stacks);
    backend = Backend.plain();
    jdk = JdkTls.context(pki.authorities(), pki.client);
    jdk.getClientSessionContext().setSessionCacheSize(1); // It would fill the heap that is watched.
    routes = new TestRoutes(context, configurationAdmin);
    routes.configure(
        "io.sallyport.core",
        Map.of("drain.deadline.ms", LeakWatch.DRAIN_DEADLINE_MS, "stack.policy", "reluctant"));
    port = routes.listening("in", terminate());
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
    load.pause();
    watch.sample();
    for (int done = 0; done < UPDATES; done += ROUNDS_OF_A_SAMPLE) {
      load.resume();
      updateEach(ROUNDS_OF_A_SAMPLE);
      load.pause();
      watch.sample();
    }
    watch.report(Settings.work().resolve("update-leaks.txt"), load);
    assertEquals("Visits that failed", List.of(), load.failures());
    watch.assertNothingIsLeft();
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
    AtomicReference<FutureTask<Void>> update = new AtomicReference<>();
    try (SSLSocket socket = JdkTls.connect(jdk, port)) {
      Exchange.perform(
          socket.getInputStream(),
          socket.getOutputStream(),
          TRANSFER,
          TRANSFER,
          done -> {
            if (done > 0.4 && update.get() == null) {
              update.set(updateUnder(socket.getLocalPort(), stack));
            }
          });
    }
    assertNotNull("The transfer was long enough", update.get());
    update.get().get(60, TimeUnit.SECONDS); // It waited for the end of the transfer.
    Await.until(
        stack + " is back",
        () -> stacks.candidates().stream().map(StackDTO::name).anyMatch(stack::equals));
  }

  /** Begins the update, and goes on when another stack has taken over. */
  private FutureTask<Void> updateUnder(int client, String stack) {
    try {
      assertEquals(
          "What carries the transfer",
          List.of(stack),
          stacks.connections(Integer.MAX_VALUE).stream()
              .filter(open -> open.role() == Role.SERVER && open.peer().port() == client)
              .map(connection -> connection.provenance().stack())
              .toList());
      FutureTask<Void> update =
          new FutureTask<>(
              () -> {
                watch.update(bundle("io.sallyport.stack." + stack));
                return null;
              });
      new Thread(update, "update-of-" + stack).start();
      Await.until(
          "another stack takes over from " + stack,
          () -> stacks.registered().filter(active -> !active.name().equals(stack)).isPresent());
      return update;
    } catch (Exception e) {
      throw new AssertionError("The update of " + stack + " failed: " + e, e);
    }
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

  private Map<String, Object> terminate() {
    return Map.of(
        "mode",
        "terminate",
        "listen",
        "127.0.0.1:0",
        "target",
        backend.address(),
        "server.certificate",
        file("server.pem"),
        "server.key",
        file("server.key"));
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
