package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.sallyport.testkit.pki.Pem;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.Test;

/**
 * Many clients at once, and what the process holds after they left. With {@code
 * -Dsallyport.load=true} these are 2,000 handshakes and 5,000 idle connections, on every stack.
 */
public class LoadIT {
  private static final int HANDSHAKES = Settings.load() ? 2000 : 200;
  private static final List<String> STACKS =
      Settings.load() ? List.of("conscrypt", "jsse", "bouncycastle") : List.of("conscrypt");
  private static final int IDLE = Settings.load() ? 5000 : 500;

  /** What code that was compiled and pools that were filled meanwhile may hold, in KiB. */
  private static final long GROWTH_KIB = 48 * 1024;

  private static final int SPARE_DESCRIPTORS = 10;

  private final TestPki pki = new TestPki();

  @Test
  public void memoryAndDescriptorsAreBackAfterManyClientsOnEachStack() throws Exception {
    Path folder = Files.createTempDirectory(Files.createDirectories(Settings.work()), "load");
    Files.write(folder.resolve("server.pem"), Pem.certificates(pki.server.chain()));
    Files.write(folder.resolve("server.key"), Pem.privateKey(pki.server.key()));
    SSLContext context = JdkTls.context(pki.authorities(), pki.client);
    ExecutorService threads = Executors.newFixedThreadPool(64);
    try (Backend backend = Backend.plain()) {
      for (String stack : STACKS) {
        String configuration =
            """
            {"io.sallyport.core": {"stack": "%s"},
             "io.sallyport.gateway.route~load": {"mode": "terminate", "listen": "127.0.0.1:0",
               "target": "%s", "server.certificate": "%s", "server.key": "%s",
               "server.handshake.timeout.ms": 120000}}
            """
                .formatted(
                    stack,
                    backend.address(),
                    folder.resolve("server.pem"),
                    folder.resolve("server.key"));
        try (Gateway gateway = Gateway.run(configuration)) {
          perform(gateway, context, threads); // Warm-up: classes, pools, compiled code.
          long descriptors = gateway.descriptors();
          long resident = gateway.residentKib();
          perform(gateway, context, threads);
          Await.until(
              stack + ": the descriptors are back at " + descriptors,
              () -> gateway.descriptors() <= descriptors + SPARE_DESCRIPTORS);
          long grown = gateway.residentKib() - resident;
          assertTrue(stack + " has grown by " + grown + " KiB", grown < GROWTH_KIB);
          assertEquals(
              stack, List.of(), gateway.since(0).filter(line -> line.contains("[")).toList());
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void perform(Gateway gateway, SSLContext context, ExecutorService threads)
      throws Exception {
    try {
      load(gateway, context, threads);
    } catch (Exception e) {
      throw new AssertionError(
          "The gateway said:\n" + String.join("\n", gateway.since(0).toList()), e);
    }
  }

  private static void load(Gateway gateway, SSLContext context, ExecutorService threads)
      throws Exception {
    int port = gateway.port("load");
    long before = gateway.descriptors();
    List<Socket> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < HANDSHAKES; i++) { // All are connected before the first one speaks.
        waiting.add(new Socket(InetAddress.getLoopbackAddress(), port));
      }
      List<Callable<Void>> calls = new ArrayList<>();
      for (Socket socket : waiting) {
        calls.add(
            () -> {
              try (SSLSocket tls =
                  (SSLSocket)
                      context.getSocketFactory().createSocket(socket, "localhost", port, true)) {
                tls.setSoTimeout(120_000);
                Exchange.small(tls.getInputStream(), tls.getOutputStream());
              }
              return null;
            });
      }
      finish(threads.invokeAll(calls));
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
    List<SSLSocket> idle = new ArrayList<>();
    try {
      List<Callable<SSLSocket>> calls = new ArrayList<>();
      for (int i = 0; i < IDLE; i++) {
        calls.add(() -> JdkTls.connect(context, port));
      }
      idle.addAll(finish(threads.invokeAll(calls)));
      // The gateway connects to its target only after the handshake of a client.
      Await.until("all are held", () -> gateway.descriptors() >= before + 2L * IDLE);
      try (SSLSocket another = JdkTls.connect(context, port)) {
        Exchange.small(another.getInputStream(), another.getOutputStream());
      }
      // The first of them still carries data after all the others came.
      Exchange.small(idle.get(0).getInputStream(), idle.get(0).getOutputStream());
    } finally {
      for (SSLSocket socket : idle) {
        socket.close();
      }
    }
    Await.until(
        "the connections are gone",
        () -> gateway.descriptors() < before + HANDSHAKES / 10 + SPARE_DESCRIPTORS);
  }

  private static <T> List<T> finish(List<Future<T>> futures) throws Exception {
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(future.get(180, TimeUnit.SECONDS));
    }
    return results;
  }
}
