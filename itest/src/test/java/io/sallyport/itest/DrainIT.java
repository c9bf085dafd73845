package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assert.fail;

import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsEndpoint;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.StackEventType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** The bundle of a stack is stopped, and goes, while its connections live. */
public class DrainIT {
  private static final List<String> STACKS = List.of("conscrypt", "jsse", "bouncycastle");
  private static final long DEADLINE_MS = 1500;

  private static Platform platform;
  private static Site site;
  private static int port;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<String> uncaught = new ConcurrentLinkedQueue<>();

  @BeforeClass
  public static void start() throws Exception {
    site = new Site();
    platform =
        Platform.start(Map.of("drain.deadline.ms", DEADLINE_MS, "quarantine.vanishings", 1000));
    port = platform.route("drain", site.terminate(platform));
  }

  @AfterClass
  public static void stop() throws Exception {
    platform.close();
    site.close();
  }

  @Before
  public void watch() {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, error) -> uncaught.add(thread.getName() + ": " + error));
  }

  @After
  public void nobodyMetAClassThatWasGone() {
    threads.shutdownNow();
    Thread.setDefaultUncaughtExceptionHandler(null);
    assertEquals(List.of(), List.copyOf(uncaught));
    assertEquals(
        List.of(),
        platform.log().all().stream()
            .filter(
                line ->
                    line.matches("(?s).*(NoClassDefFound|ClassNotFound|IllegalState|unexpected).*"))
            .toList());
  }

  /** A program, or a client, that talks until the other side ends it; says how it ended. */
  private static String talk(InputStream in, OutputStream out, AtomicLong pings) {
    byte[] message = new byte[600];
    try {
      while (true) {
        out.write(message);
        out.flush();
        int got = in.readNBytes(message, 0, message.length);
        if (got < message.length) {
          return "in order";
        }
        pings.incrementAndGet();
        Thread.sleep(5);
      }
    } catch (IOException | InterruptedException e) {
      return e.toString();
    }
  }

  @Test
  public void theStopWaitsForTheDrainAndThenEndsConnectionsInOrder() throws Exception {
    for (String stack : STACKS) {
      platform.stacks().swap(stack);
      Bundle bundle = platform.bundle("io.sallyport.stack." + stack);
      String location = bundle.getLocation();
      int endings = site.endings().size();
      List<Future<String>> clients = new ArrayList<>();
      List<AtomicLong> pings = new ArrayList<>();
      List<SSLSocket> sockets = site.connectMany(port, 4);
      for (SSLSocket socket : sockets) {
        AtomicLong count = new AtomicLong();
        pings.add(count);
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        clients.add(threads.submit(() -> talk(in, out, count)));
      }
      TlsConnection own = platform.tls().connect("localhost", site.securePort(), site.client());
      AtomicLong ownPings = new AtomicLong();
      pings.add(ownPings);
      Future<String> program =
          threads.submit(
              () -> talk(ConnectionStreams.input(own), ConnectionStreams.output(own), ownPings));
      TlsConnection idle = platform.tls().connect("localhost", site.securePort(), site.client());
      Await.until("all talk", () -> pings.stream().allMatch(count -> count.get() > 2));
      assertEquals(stack, 6, platform.stack(stack).connections());

      int known = platform.told();
      long start = System.nanoTime();
      Future<Void> stopping =
          threads.submit(
              () -> {
                bundle.stop();
                return null;
              });
      platform.awaitEvent(known, StackEventType.FAILED_OVER, stack, "is no longer there");
      assertEquals(CandidateState.DRAINING, platform.state(stack));
      List<Long> then = pings.stream().map(AtomicLong::get).toList();
      Await.until(
          "data flows while it drains",
          () -> {
            for (int i = 0; i < then.size(); i++) {
              if (pings.get(i).get() <= then.get(i)) {
                return false;
              }
            }
            return true;
          });
      site.visit(port); // On another stack.
      stopping.get(30, TimeUnit.SECONDS);
      long took = (System.nanoTime() - start) / 1_000_000;
      bundle.uninstall();
      platform.refresh(bundle);

      assertTrue(stack + " took " + took + " ms", took >= DEADLINE_MS && took < 2 * 5000);
      for (Future<String> client : clients) {
        assertEquals(stack, "in order", client.get(30, TimeUnit.SECONDS));
      }
      String ended = program.get(30, TimeUnit.SECONDS);
      assertTrue(
          stack + ": " + ended,
          ended.equals("in order") || ended.startsWith(TlsException.class.getName()));
      // What its peers saw: close_notify, and no reset.
      Await.until("all have ended", () -> site.endings().size() >= endings + 7);
      assertEquals(
          stack,
          List.of(),
          site.endings().stream().skip(endings).filter(end -> !end.equals("in order")).toList());
      try {
        idle.read(ByteBuffer.allocate(1));
      } catch (TlsException e) {
        assertTrue(e.getMessage(), e.getMessage().endsWith("."));
      }
      idle.close();
      own.close();
      for (SSLSocket socket : sockets) {
        socket.close();
      }
      platform.context().installBundle(location).start();
      platform.stacks().swap(stack);
      site.visit(port);
    }
  }

  @Test
  public void aStopWithoutConnectionsIsQuick() throws Exception {
    for (String stack : STACKS) {
      platform.stacks().swap(stack);
      Await.until("nobody is there", () -> platform.stack(stack).connections() == 0);
      Bundle bundle = platform.bundle("io.sallyport.stack." + stack);
      long start = System.nanoTime();
      bundle.stop();
      long took = (System.nanoTime() - start) / 1_000_000;
      assertTrue(stack + " took " + took + " ms", took < DEADLINE_MS);
      bundle.start();
    }
  }

  /** One that has no event loop any more, or forgot its handle. */
  @Test
  public void anOwnerThatDoesNotReactMeetsAnErrorInWordsAndNeverAMissingClass() throws Exception {
    Map<String, TlsHandle> forgotten = new HashMap<>();
    List<TlsEndpoint> endpoints = new ArrayList<>();
    for (String stack : STACKS) {
      platform.stacks().swap(stack);
      TlsEndpoint endpoint = platform.tls().endpoint("forgetful program", site.client());
      endpoints.add(endpoint);
      TlsHandle handle = endpoint.open(new Peer("localhost", 1), new Silence(), () -> {});
      assertEquals(Progress.WANT_READ, handle.handshake());
      forgotten.put(stack, handle);
    }
    List<Future<Void>> stops = new ArrayList<>();
    List<Bundle> bundles = new ArrayList<>();
    long start = System.nanoTime();
    for (String stack : STACKS) {
      Bundle bundle = platform.bundle("io.sallyport.stack." + stack);
      bundles.add(bundle);
      stops.add(
          threads.submit(
              () -> {
                bundle.stop();
                return null;
              }));
    }
    for (Future<Void> stop : stops) {
      stop.get(40, TimeUnit.SECONDS);
    }
    long took = (System.nanoTime() - start) / 1_000_000;
    assertTrue("It took " + took + " ms", took < 3 * (DEADLINE_MS + 6000));
    List<String> locations = bundles.stream().map(Bundle::getLocation).toList();
    for (Bundle bundle : bundles) {
      bundle.uninstall();
    }
    platform.refresh(bundles.toArray(Bundle[]::new));
    forgotten.forEach(
        (stack, handle) -> {
          assertRevoked(stack, handle::handshake);
          assertRevoked(stack, () -> handle.read(ByteBuffer.allocate(10)));
          assertRevoked(stack, () -> handle.write(ByteBuffer.allocate(10)));
          assertRevoked(stack, handle::flush);
          assertRevoked(stack, handle::shutdownOutput);
          assertEquals(0, handle.bytesAvailable());
          assertEquals(stack, handle.session().stack());
          assertTrue(handle.clientSession().isEmpty());
          assertTrue(handle.unwrap(Object.class).isEmpty());
          assertTrue(handle.provenance().isPresent());
          assertTrue(handle.heardFromPeer());
          handle.mayBlock();
          handle.close();
        });
    for (String location : locations) {
      platform.context().installBundle(location).start();
    }
    endpoints.forEach(TlsEndpoint::close);
    Await.until("a stack is back", () -> !platform.active().isEmpty());
    site.visit(port);
  }

  private interface Call {
    void perform() throws TlsException;
  }

  private static void assertRevoked(String stack, Call call) {
    try {
      call.perform();
      fail(stack + " answered although it is gone.");
    } catch (TlsException e) {
      assertEquals(TlsErrorCode.INVALID_STATE, e.code());
      assertTrue(e.getMessage(), e.getMessage().contains("stack " + stack + " has been stopped"));
    }
  }

  /** A peer that does not answer. */
  private static final class Silence implements Transport {
    @Override
    public int read(ByteBuffer dst) {
      return 0;
    }

    @Override
    public int write(ByteBuffer src) {
      int taken = src.remaining();
      src.position(src.limit());
      return taken;
    }
  }

  @Test
  public void aProcessThatIsEndedDoesNotWaitForItsConnections() throws Exception {
    try (Backend backend = Backend.plain()) {
      java.nio.file.Path folder = java.nio.file.Files.createTempDirectory(Settings.work(), "ended");
      java.nio.file.Files.write(
          folder.resolve("server.pem"),
          io.sallyport.testkit.pki.Pem.certificates(site.pki.server.chain()));
      java.nio.file.Files.write(
          folder.resolve("server.key"),
          io.sallyport.testkit.pki.Pem.privateKey(site.pki.server.key()));
      String configuration =
          """
          {"io.sallyport.gateway.route~ended": {"mode": "terminate", "listen": "127.0.0.1:0",
             "target": "%s", "server.certificate": "%s", "server.key": "%s"}}
          """
              .formatted(
                  backend.address(), folder.resolve("server.pem"), folder.resolve("server.key"));
      try (Gateway gateway = Gateway.run(configuration)) {
        List<SSLSocket> sockets = site.connectMany(gateway.port("ended"), 5);
        long start = System.nanoTime();
        assertEquals(143, gateway.terminate());
        long took = (System.nanoTime() - start) / 1_000_000;
        assertTrue("It took " + took + " ms", took < 10_000);
        for (SSLSocket socket : sockets) {
          assertEquals("close_notify", -1, socket.getInputStream().read());
          socket.close();
        }
      }
    }
  }
}
