package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.sallyport.benchmarks.load.Backend;
import io.sallyport.benchmarks.load.LoadDriver;
import io.sallyport.benchmarks.proc.Children;
import io.sallyport.benchmarks.proc.Helper;
import io.sallyport.testkit.pki.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.Test;

/**
 * Stacks are exchanged again and again under a load whose every connection and every byte is
 * accounted for, by the client, by the backend, and by the gateway. The load comes from a process
 * of its own, with BoringSSL. The profile endurance makes it 1,000 exchanges with at least 200 new
 * connections a second and 500 that stay.
 */
public class SwapUnderLoadIT {
  private static final List<String> STACKS = List.of("conscrypt", "jsse", "bouncycastle");
  private static final int SWAPS = Settings.endurance() ? 1000 : 30;
  private static final int NEW_EACH_SECOND = Settings.endurance() ? 220 : 50;
  private static final int LEAST_EACH_SECOND = Settings.endurance() ? 200 : 1;
  private static final int STAYING = Settings.endurance() ? 500 : 60;

  /** So many new connections each activation takes before the next exchange, but for some. */
  private static final int EACH_TAKES = Settings.endurance() ? 40 : 5;

  private static final int AT_ONCE_EVERY = 10;

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int SPARE_DESCRIPTORS = 10;

  private final TestPki pki = new TestPki();
  private final Random random = new Random(5);
  private Helper backend;
  private Helper driver;
  private Gateway gateway;
  private String active = STACKS.get(0);

  @Test
  public void exchangesUnderLoadLoseNoConnectionAndNoByte() throws Exception {
    Path folder = Files.createTempDirectory(Files.createDirectories(Settings.work()), "swaps");
    Files.write(folder.resolve("server.pem"), Pem.certificates(pki.server.chain()));
    Files.write(folder.resolve("server.key"), Pem.privateKey(pki.server.key()));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> options = List.of("-XX:+UseSerialGC", "-Xmx256m");
    try (Children children = new Children()) {
      backend = Helper.start(children, Backend.class, options, java, folder);
      driver = Helper.start(children, LoadDriver.class, options, java, folder);
      int target = Integer.parseInt(backend.awaitReady());
      driver.awaitReady();
      try (Gateway running = Gateway.runWithShell(configuration(folder, target))) {
        gateway = running;
        exchangeUnderLoad();
      } catch (AssertionError e) {
        throw new AssertionError(
            e.getMessage() + "; it said last:\n" + String.join("\n", last(100)), e);
      }
    }
  }

  /** None of the connections that stay may be cut: the deadline is beyond the end of the test. */
  private static String configuration(Path folder, int target) {
    return """
        {"io.sallyport.core": {"stack": "%s", "drain.deadline.ms": 7200000},
         "io.sallyport.gateway.route~swaps": {"mode": "terminate", "listen": "127.0.0.1:0",
           "target": "127.0.0.1:%d", "server.certificate": "%s", "server.key": "%s",
           "server.handshake.timeout.ms": 60000}}
        """
        .formatted(
            STACKS.get(0), target, folder.resolve("server.pem"), folder.resolve("server.key"));
  }

  private void exchangeUnderLoad() throws Exception {
    int port = gateway.port("swaps");
    long descriptors = gateway.descriptors();
    driver.ask("mixed " + port + " " + NEW_EACH_SECOND + " " + STAYING, PATIENCE);
    long generation = 1;
    while (account().get("staying") < STAYING) { // They come on several generations of all stacks.
      generation = swap();
      assertEquals(driver.ask("count", PATIENCE), 0, account().get("failed").longValue());
    }
    long residentAtStart = gateway.residentKib();
    long begun = account().get("begun");
    long start = System.nanoTime();
    long[] millis = new long[SWAPS];
    for (int i = 0; i < SWAPS; i++) {
      long before = System.nanoTime();
      generation = swap();
      millis[i] = (System.nanoTime() - before) / 1_000_000;
      if (i % AT_ONCE_EVERY != 0) {
        long secured = account().get("secured");
        Await.until(
            "new connections on " + active,
            PATIENCE,
            () -> account().get("secured") >= secured + EACH_TAKES);
      }
      if (i % 25 == 0) {
        Map<String, Long> now = account();
        assertEquals(driver.ask("count", PATIENCE), 0, now.get("failed").longValue());
        assertTrue("They stay: " + now, now.get("staying") >= STAYING);
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double eachSecond = (account().get("begun") - begun) / seconds;
    long residentAtEnd = gateway.residentKib();
    driver.ask("stop", PATIENCE);
    Map<String, Long> client = account();
    Arrays.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "%d exchanges in %.0f s (median %d ms, longest %d ms), %.0f new connections a second, %d"
            + " stay, on at most %d generations at once; client %s; gateway %d MiB resident, %d MiB"
            + " at the start%n",
        SWAPS,
        seconds,
        millis[SWAPS / 2],
        millis[SWAPS - 1],
        eachSecond,
        STAYING,
        mostGenerationsAtOnce(),
        client,
        residentAtEnd / 1024,
        residentAtStart / 1024);
    assertNothingWasLost(client);
    assertEverythingIsDrained(generation);
    assertTrue("Only " + eachSecond + " a second", eachSecond >= LEAST_EACH_SECOND);
    Await.until(
        "the descriptors are back at " + descriptors,
        () -> gateway.descriptors() <= descriptors + SPARE_DESCRIPTORS);
  }

  private long mostGenerationsAtOnce() {
    long now = 0;
    long most = 0;
    for (String line : gateway.since(0).toList()) {
      if (line.contains(" is active (generation ")) {
        now++;
      } else if (line.endsWith(" is drained.")) {
        now--;
      }
      most = Math.max(most, now);
    }
    return most;
  }

  private void assertNothingWasLost(Map<String, Long> client) throws Exception {
    assertEquals(driver.ask("count", PATIENCE), 0, client.get("failed").longValue());
    assertEquals("Handshakes", client.get("begun"), client.get("secured"));
    assertEquals("Ended in order", client.get("begun"), client.get("ended"));
    assertEquals("Open", 0, client.get("open").longValue());
    assertEquals("Bytes that came back", client.get("sent"), client.get("received"));
    Await.until("the backend's connections have ended", () -> echoed().get("open") == 0);
    Map<String, Long> there = echoed();
    assertEquals("Bytes that arrived", client.get("sent"), there.get("received"));
    assertEquals("Bytes that were sent back", client.get("sent"), there.get("sent"));
    assertEquals("Broken at the backend", 0, there.get("broken").longValue());
  }

  /** Each generation but the last has ended, and nobody complained. */
  private void assertEverythingIsDrained(long generation) throws Exception {
    List<String> wanted =
        LongStream.range(1, generation)
            .mapToObj(i -> "(generation " + i + ") is drained.")
            .toList();
    Await.until(
        "all of " + generation + " generations but the last are drained",
        () -> {
          String log = String.join("\n", gateway.since(0).toList());
          return wanted.stream().allMatch(log::contains);
        });
    Await.until("nothing drains", () -> draining().stream().allMatch("0"::equals));
    assertEquals(
        "Complaints",
        List.of(),
        gateway
            .since(0)
            .filter(
                line -> line.matches("[0-9:.]+ (WARN|ERROR) .*") || line.contains("Not swapped"))
            .toList());
  }

  /** To one of the two others; its generation. */
  private long swap() throws Exception {
    List<String> others = STACKS.stream().filter(stack -> !stack.equals(active)).toList();
    String next = others.get(random.nextInt(others.size()));
    int known = gateway.said();
    gateway.type("tls:swap " + next);
    Await.until(
        "an answer to tls:swap " + next,
        PATIENCE,
        () -> gateway.since(known).anyMatch(SwapUnderLoadIT::isAnswer));
    String answer =
        gateway.since(known).filter(SwapUnderLoadIT::isAnswer).findFirst().orElseThrow();
    assertTrue(answer, answer.contains(next + ", generation "));
    active = next;
    return Long.parseLong(answer.replaceAll(".*, generation (\\d+), .*", "$1"));
  }

  private static boolean isAnswer(String line) {
    return line.matches(".*, generation \\d+, proved in .*") || line.contains("Not swapped");
  }

  /** The column of tls:stacks. */
  private List<String> draining() throws Exception {
    int known = gateway.said();
    gateway.type("tls:stacks");
    Await.until(
        "the rows of tls:stacks", () -> gateway.since(known).filter(this::isRow).count() == 3);
    return gateway
        .since(known)
        .filter(this::isRow)
        .map(line -> line.trim().split("\\s+")[6])
        .toList();
  }

  private boolean isRow(String line) {
    return STACKS.contains(line.split("\\s", 2)[0]);
  }

  private Map<String, Long> account() throws Exception {
    return numbers(driver.ask("account", PATIENCE));
  }

  private Map<String, Long> echoed() throws Exception {
    return numbers(backend.ask("echoed", PATIENCE));
  }

  private static Map<String, Long> numbers(String words) {
    return Arrays.stream(words.split(" "))
        .map(word -> word.split("="))
        .collect(Collectors.toMap(pair -> pair[0], pair -> Long.parseLong(pair[1])));
  }

  private List<String> last(int lines) {
    List<String> all = gateway.since(0).toList();
    return all.subList(Math.max(0, all.size() - lines), all.size());
  }
}
