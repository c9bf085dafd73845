package io.sallyport.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stacks that end the JVM, in the distribution as users start it. */
@Timeout(180)
class BootGuardIT {
  private static final Pattern LISTENS = Pattern.compile("listens on 127\\.0\\.0\\.1:(\\d+)");
  private static final Pattern READY = Pattern.compile("Sallyport is ready: 1 route, stack (\\w+)");
  private static final String CRASHER = "crasher";

  @TempDir private Path folder;

  private final List<Process> processes = new ArrayList<>();
  private Path configuration;
  private Path trap;
  private ServerSocket backend;
  private CertificateAuthority authority;
  private int logs;

  @BeforeEach
  void setUp() throws Exception {
    Files.createDirectory(folder.resolve("tmp"));
    configuration = Files.createDirectory(folder.resolve("conf"));
    trap = folder.resolve("trap");
    authority = CertificateAuthority.root("CN=Test authority");
    Issued server =
        authority.certificate().subject("CN=localhost").dns("localhost").forServers().issue();
    Files.write(configuration.resolve("server.pem"), Pem.certificates(server.chain()));
    Files.write(configuration.resolve("server.key"), Pem.privateKey(server.key()));
    backend = new ServerSocket(0, 16, InetAddress.getByName("127.0.0.1"));
    Thread echo = new Thread(this::echoAll);
    echo.setDaemon(true);
    echo.start();
    configure("");
  }

  @AfterEach
  void tearDown() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    backend.close();
  }

  /** By its activator: at once, by a fault in native code, by System.exit. */
  @ParameterizedTest
  @ValueSource(strings = {"Runtime.getRuntime().halt(139);", "crash();", "System.exit(3);"})
  void passesOverAStackThatEndedTheJvmAndServesWithTheOthers(String start) throws Exception {
    write(start);

    Path first = gatewayThatDies();
    assertFalse(Files.readString(first).contains("ready"), Files.readString(first));

    Path second = newLog();
    Process gateway = gateway(second);
    assertEquals("conscrypt", await(gateway, second, READY).group(1));
    assertTrue(
        line(second, CRASHER)
            .matches(
                ".* WARN +Stack crasher is passed over at this start: the JVM died while it was"
                    + " starting \\(1 time, last at 20\\S+Z\\); it is tried again at the next start,"
                    + " or now with tls:release crasher\\."),
        line(second, CRASHER));
    assertEquals("ping\n", echoThrough(portOf(gateway, second)));
    end(gateway);

    Path third = gatewayThatDies();
    assertFalse(Files.readString(third).contains("passed over"), Files.readString(third));

    String shown = stacks();
    assertTrue(
        Pattern.compile("(?m)^crasher .*passed over +crasher +The JVM died .*2 times")
            .matcher(shown)
            .find(),
        shown);
    assertTrue(Pattern.compile("(?m)^conscrypt .*active").matcher(shown).find(), shown);

    Path fourth = newLog();
    gateway = gateway(fourth);
    await(gateway, fourth, READY);
    assertTrue(line(fourth, CRASHER).contains("after 2 more starts"), line(fourth, CRASHER));
    end(gateway);
  }

  @Test
  void passesOverAStackThatEndedTheJvmInItsProof() throws Exception {
    write("publish(context);");
    Files.createFile(trap);

    gatewayThatDies();

    Path log = newLog();
    Process gateway = gateway(log);
    await(gateway, log, READY);
    assertTrue(line(log, CRASHER).contains("is passed over"), line(log, CRASHER));
    assertEquals("ping\n", echoThrough(portOf(gateway, log)));
    end(gateway);
  }

  @Test
  void saysThatTheConfiguredStackIsPassedOver() throws Exception {
    configure(CRASHER);
    write("publish(context);");
    Files.createFile(trap);

    gatewayThatDies();

    Path log = newLog();
    Process gateway = gateway(log);
    await(gateway, log, Pattern.compile("WARN .*The configured stack crasher is passed over; "));
    await(gateway, log, Pattern.compile("WARN .*can be active; conscrypt stands in"));
    assertEquals("ping\n", echoThrough(portOf(gateway, log)));
    end(gateway);
  }

  @Test
  void findsOutWhichOfThoseThatStartTogetherItWas() throws Exception {
    write("publish(context);");
    Path log = newLog();
    Process gateway = gateway(log);
    await(gateway, log, READY);
    end(gateway);
    Files.createFile(trap);

    Path dead = gatewayThatDies();
    assertFalse(Files.readString(dead).contains("passed over"), Files.readString(dead));
    dead = gatewayThatDies();
    assertTrue(
        line(dead, CRASHER).contains("they start one after another this time"),
        line(dead, CRASHER));

    log = newLog();
    gateway = gateway(log);
    assertEquals("conscrypt", await(gateway, log, READY).group(1));
    String said = Files.readString(log);
    assertTrue(said.contains("Stack crasher is passed over"), said);
    assertEquals(1, said.lines().filter(any -> any.contains("passed over")).count(), said);
    end(gateway);
  }

  @Test
  void aGatewayThatIsKilledWhenItIsUpHasNoCulprit() throws Exception {
    write("publish(context);");
    Path log = newLog();
    Process gateway = gateway(log);
    await(gateway, log, READY);
    gateway.destroyForcibly().waitFor();

    log = newLog();
    gateway = gateway(log);
    await(gateway, log, READY);
    assertFalse(Files.readString(log).contains("passed over"), Files.readString(log));
    assertFalse(Files.readString(log).contains("one after another"), Files.readString(log));
    end(gateway);
  }

  @Test
  void anOrderlyEndInTheMiddleOfAStartDoesNotCount() throws Exception {
    Path begun = folder.resolve("begun");
    write(
        """
        if (!Files.exists(Path.of("%s"))) {
          Files.createFile(Path.of("%s"));
          new java.util.concurrent.CountDownLatch(1).await();
        }
        """
            .formatted(begun, begun));
    Path log = newLog();
    Process gateway = gateway(log);
    awaitFile(gateway, begun);
    assertTrue(Files.exists(configuration.resolve("state/boot-guard.starting")));
    gateway.destroy();
    assertTrue(gateway.waitFor(30, TimeUnit.SECONDS), Files.readString(log));
    assertEquals(143, gateway.exitValue());

    log = newLog();
    gateway = gateway(log);
    await(gateway, log, READY);
    assertFalse(Files.readString(log).contains(CRASHER), Files.readString(log));
    end(gateway);
  }

  @Test
  void aStackThatFailsToStartHoldsNobodyUpAndIsPassedOverAfterThreeTimes() throws Exception {
    write("throw new IllegalStateException(\"No library for this processor.\");");
    for (int start = 1; start <= 4; start++) {
      Path log = newLog();
      Process gateway = gateway(log);
      await(gateway, log, READY);
      String said = line(log, CRASHER);
      assertTrue(
          said.contains(
              start <= 3
                  ? "Stack crasher did not start (No library for this processor.)"
                  : "is passed over at this start: it failed to start (3 times"),
          said);
      end(gateway);
    }
  }

  @Test
  void theShellReleasesAStack() throws Exception {
    write("publish(context);");
    Files.createFile(trap);
    gatewayThatDies();
    Files.delete(trap);

    String said = shell("tls:release nobody", "tls:release crasher", "tls:stacks");

    assertTrue(said.contains("No stack 'nobody' is passed over; these are: crasher."), said);
    assertTrue(said.contains("Stack crasher has started"), said);
    assertTrue(Pattern.compile("(?m)^crasher .*STANDBY").matcher(said).find(), said);
    assertFalse(shell("tls:stacks").contains("passed over"));
  }

  @Test
  void doesWithoutAGuardWhereTheStateCannotBeWritten() throws Exception {
    write("publish(context);");
    Path file = Files.createFile(folder.resolve("file"));
    Path log = newLog();
    Process gateway = start(log, runWith("--state", file.resolve("state").toString()));
    await(gateway, log, READY);
    assertTrue(line(log, "boot guard").contains("name another one with --state."));
    assertEquals("ping\n", echoThrough(portOf(gateway, log)));
    end(gateway);
  }

  private void configure(String stack) throws IOException {
    Files.writeString(
        configuration.resolve("conf.json"),
        """
        {
          "io.sallyport.core": { "stack": "%s", "allowed.stacks": [ "*" ] },
          "io.sallyport.gateway.route~test": {
            "mode": "terminate", "listen": "127.0.0.1:0", "target": "127.0.0.1:%d",
            "server.certificate": "server.pem", "server.key": "server.key"
          }
        }
        """
            .formatted(stack, backend.getLocalPort()));
  }

  private void write(String start) throws IOException {
    TestBundle.write(folder, CRASHER, "1.0.0", start, trap);
  }

  private String[] runWith(String... more) {
    List<String> arguments = new ArrayList<>(List.of("run", configuration.toString()));
    arguments.addAll(List.of("--bundles", folder.resolve("bundles").toString()));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private Process gateway(Path log) throws IOException {
    return start(log, runWith());
  }

  private Path gatewayThatDies() throws Exception {
    Path log = newLog();
    Process gateway = gateway(log);
    assertTrue(gateway.waitFor(60, TimeUnit.SECONDS), Files.readString(log));
    assertNotEquals(0, gateway.exitValue(), Files.readString(log));
    return log;
  }

  private String shell(String... commands) throws Exception {
    Path log = newLog();
    Process gateway = start(log, runWith("--shell"));
    gateway
        .getOutputStream()
        .write((String.join("\n", commands) + "\n").getBytes(StandardCharsets.UTF_8));
    gateway.getOutputStream().close();
    assertTrue(gateway.waitFor(60, TimeUnit.SECONDS), Files.readString(log));
    return Files.readString(log);
  }

  private String stacks() throws Exception {
    Path log = newLog();
    Process listing =
        start(
            log,
            "stacks",
            "--state",
            configuration.resolve("state").toString(),
            "--bundles",
            folder.resolve("bundles").toString());
    assertTrue(listing.waitFor(60, TimeUnit.SECONDS), Files.readString(log));
    assertEquals(0, listing.exitValue(), Files.readString(log));
    return Files.readString(log);
  }

  private static void end(Process gateway) throws InterruptedException {
    gateway.destroy();
    assertTrue(gateway.waitFor(30, TimeUnit.SECONDS));
    assertEquals(143, gateway.exitValue());
  }

  private int portOf(Process gateway, Path log) throws Exception {
    return Integer.parseInt(await(gateway, log, LISTENS).group(1));
  }

  private String echoThrough(int port) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, new char[0]);
    trusted.setCertificateEntry("ca", authority.authorityCertificate());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write("ping\n".getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readNBytes(5), StandardCharsets.UTF_8);
    }
  }

  private void echoAll() {
    while (!backend.isClosed()) {
      try (Socket socket = backend.accept()) {
        InputStream in = socket.getInputStream();
        socket.getOutputStream().write(in.readNBytes(5));
      } catch (IOException e) {
        // The test decides by what the client sees.
      }
    }
  }

  private static String line(Path log, String word) throws IOException {
    String said = Files.readString(log);
    return said.lines()
        .filter(line -> line.contains(word))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No line with '" + word + "' in:\n" + said));
  }

  private static Matcher await(Process process, Path log, Pattern pattern) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < deadline && process.isAlive()) {
      Matcher matcher = pattern.matcher(Files.readString(log));
      if (matcher.find()) {
        return matcher;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("No line with " + pattern + " in:\n" + Files.readString(log));
  }

  private static void awaitFile(Process process, Path file) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Files.exists(file)) {
      assertTrue(System.nanoTime() < deadline && process.isAlive(), file + " did not appear");
      Thread.sleep(20);
    }
  }

  private Path newLog() throws IOException {
    logs++;
    return Files.createFile(folder.resolve("log-" + logs));
  }

  private Process start(Path log, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("sallyport.distribution"), "bin/sallyport").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder
        .environment()
        .put(
            "SALLYPORT_JAVA_OPTS",
            "-XX:-CreateCoredumpOnCrash -Djava.io.tmpdir=" + folder.resolve("tmp"));
    Process process = builder.start();
    processes.add(process);
    return process;
  }
}
