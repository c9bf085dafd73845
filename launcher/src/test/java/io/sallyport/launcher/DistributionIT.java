package io.sallyport.launcher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The distribution, started as users start it. */
@Timeout(120)
class DistributionIT {
  private static final Pattern LISTENS = Pattern.compile("listens on 127\\.0\\.0\\.1:(\\d+)");

  @TempDir private Path folder;

  private final List<Process> processes = new ArrayList<>();
  private Path work;
  private ServerSocket backend;

  @BeforeEach
  void setUp() throws Exception {
    work = Files.createDirectory(folder.resolve("tmp"));
    CertificateAuthority authority = CertificateAuthority.root("CN=Test authority");
    Issued server =
        authority.certificate().subject("CN=localhost").dns("localhost").forServers().issue();
    Files.write(
        folder.resolve("ca.pem"), Pem.certificates(List.of(authority.authorityCertificate())));
    Files.write(folder.resolve("server.pem"), Pem.certificates(server.chain()));
    Files.write(folder.resolve("server.key"), Pem.privateKey(server.key()));
    backend = new ServerSocket(0, 16, InetAddress.getByName("127.0.0.1"));
    Thread echo = new Thread(this::echoAll);
    echo.setDaemon(true);
    echo.start();
  }

  @AfterEach
  void tearDown() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    backend.close();
  }

  @Test
  void demonstratesASwapWithoutAnyFailure() throws Exception {
    Process demo = start("demo", "--seconds", "4");

    String output = outputOf(demo);

    assertEquals(0, demo.waitFor(), output);
    assertTrue(Pattern.compile("swaps +3,").matcher(output).find(), output);
    assertTrue(output.contains("every byte as sent"), output);
    assertTrue(Pattern.compile("failures +0").matcher(output).find(), output);
    for (String stack : List.of("jsse", "bouncycastle", "conscrypt")) {
      assertTrue(Pattern.compile("handshakes .*" + stack + " \\d").matcher(output).find(), output);
    }
    assertEquals(0, leftOvers(), "temporary folders");
  }

  /** Mutual TLS on each stack, and on the provider's own. */
  @ParameterizedTest
  @ValueSource(strings = {"atecc608a", "ds", "ecdsa", "pkcs11"})
  void demonstratesAKeyInHardwareWithoutAnyFailure(String provider) throws Exception {
    if (provider.equals("pkcs11")) {
      boolean there = Files.exists(Path.of("/usr/lib/softhsm/libsofthsm2.so"));
      assumeTrue(
          there && Files.isExecutable(Path.of("/usr/bin/pkcs11-tool")), "no softhsm2, opensc");
    }
    Process demo = start("demo", "--seconds", "6", "--key", provider);

    String output = outputOf(demo);

    assertEquals(0, demo.waitFor(), output);
    assertTrue(Pattern.compile("swaps +4,").matcher(output).find(), output);
    assertTrue(Pattern.compile("failures +0").matcher(output).find(), output);
    Matcher signatures =
        Pattern.compile("signatures +(\\d+) made by the hardware, 0 failed").matcher(output);
    assertTrue(signatures.find() && Integer.parseInt(signatures.group(1)) > 40, output);
    assertFalse(output.contains("\tat "), output);
    for (String stack : List.of("jsse", "bouncycastle", "conscrypt", provider)) {
      assertTrue(Pattern.compile("handshakes .*" + stack + " \\d").matcher(output).find(), output);
    }
    assertEquals(0, leftOvers(), "temporary folders");
  }

  @Test
  void swapsWhenTheFileIsEditedAndEndsInOrder() throws Exception {
    configure("conscrypt");
    Path log = folder.resolve("run.log");
    Process gateway = startTo(log, "run", folder.toString());
    int port = Integer.parseInt(await(gateway, log, LISTENS).group(1));
    await(gateway, log, Pattern.compile("Sallyport is ready: 1 route, stack conscrypt"));
    assertEquals("ping\n", echoThrough(port));

    Files.writeString(folder.resolve("conf.json"), "{ this is no JSON");
    await(gateway, log, Pattern.compile("conf.json', line 1, column 3: .*last good"));
    assertEquals("ping\n", echoThrough(port));

    configure("jsse");
    await(gateway, log, Pattern.compile("Stack jsse .* is active"));
    assertEquals("ping\n", echoThrough(port));

    gateway.destroy(); // SIGTERM
    assertTrue(gateway.waitFor(15, TimeUnit.SECONDS), Files.readString(log));
    assertEquals(143, gateway.exitValue());
    assertFalse(Files.readString(log).contains("\tat "), Files.readString(log));
    assertEquals(0, leftOvers(), "temporary folders");
  }

  @Test
  void refusesAMalformedFileAtTheStart() throws Exception {
    Files.writeString(folder.resolve("conf.json"), "{\n  \"io.sallyport.core\" {}\n}");

    Process gateway = start("run", folder.toString());
    String output = outputOf(gateway);

    assertEquals(3, gateway.waitFor(), output);
    assertTrue(output.contains("conf.json', line 2, column"), output);
    assertEquals(1, output.lines().count(), output);
  }

  @Test
  void writesACertificateBundleAndOverwritesNothing() throws Exception {
    String ca = folder.resolve("ca.pem").toString();
    Path bundle = folder.resolve("x509_crt_bundle");
    CertificateAuthority other = CertificateAuthority.root("CN=Another authority");
    Path der = Files.write(folder.resolve("ca.der"), other.authorityCertificate().getEncoded());

    Process writing = start("bundle", ca, der.toString(), ca, bundle.toString());
    String said = outputOf(writing);
    assertEquals(0, writing.waitFor(), said);
    assertTrue(said.startsWith("Wrote 2 roots, " + Files.size(bundle) + " bytes"), said);
    // Two offsets, the first of which is that of the first record.
    assertEquals(8, Files.readAllBytes(bundle)[0]);

    byte[] authority = Files.readAllBytes(folder.resolve("ca.pem"));
    Process mistaken = start("bundle", bundle.toString(), ca);
    said = outputOf(mistaken);
    assertEquals(3, mistaken.waitFor(), said);
    assertTrue(said.contains("exists already"), said);
    assertArrayEquals(authority, Files.readAllBytes(folder.resolve("ca.pem")));

    Process again = start("bundle", "--force", bundle.toString(), bundle.toString());
    said = outputOf(again);
    assertEquals(0, again.waitFor(), said);
    assertTrue(said.startsWith("Wrote 2 roots"), said);

    Process wrong = start("bundle", folder.resolve("server.key").toString(), bundle + ".new");
    said = outputOf(wrong);
    assertEquals(3, wrong.waitFor(), said);
    assertTrue(said.contains("server.key': There is no certificate in the input"), said);
    assertEquals(1, said.lines().count(), said);
  }

  @Test
  void readsCommandsFromAPipe() throws Exception {
    configure("jsse");
    Process gateway = start("run", folder.toString(), "--shell");
    gateway.getOutputStream().write("tls:stacks\ntls:routes\n".getBytes(StandardCharsets.UTF_8));
    gateway.getOutputStream().close();

    String output = outputOf(gateway);

    assertEquals(0, gateway.waitFor(), output);
    assertTrue(Pattern.compile("jsse .* ACTIVE").matcher(output).find(), output);
    assertTrue(Pattern.compile("test .* LISTENING").matcher(output).find(), output);
  }

  private String echoThrough(int port) throws Exception {
    Process client =
        start(
            "connect", "localhost:" + port, "--ca", folder.resolve("ca.pem").toString(), "--quiet");
    client.getOutputStream().write("ping\n".getBytes(StandardCharsets.UTF_8));
    client.getOutputStream().close();
    String answer = outputOf(client);
    assertEquals(0, client.waitFor(), answer);
    return answer;
  }

  private void configure(String stack) throws IOException {
    Files.writeString(
        folder.resolve("conf.json"),
        """
        {
          "io.sallyport.core": { "stack": "%s" },
          "io.sallyport.gateway.route~test": {
            "mode": "terminate", "listen": "127.0.0.1:0", "target": "127.0.0.1:%d",
            "server.certificate": "server.pem", "server.key": "server.key"
          }
        }
        """
            .formatted(stack, backend.getLocalPort()));
  }

  private void echoAll() {
    while (!backend.isClosed()) {
      try (Socket socket = backend.accept()) {
        InputStream in = socket.getInputStream();
        byte[] line = new byte[5];
        int count = in.readNBytes(line, 0, line.length);
        socket.getOutputStream().write(line, 0, count);
      } catch (IOException e) {
        // The test decides by what the client sees.
      }
    }
  }

  private Matcher await(Process process, Path log, Pattern pattern) throws Exception {
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

  private long leftOvers() throws IOException {
    try (var files = Files.list(work)) {
      return files.filter(file -> file.getFileName().toString().startsWith("sallyport-")).count();
    }
  }

  private Process start(String... arguments) throws IOException {
    return start(Optional.empty(), arguments);
  }

  private Process startTo(Path log, String... arguments) throws IOException {
    Files.createFile(log);
    return start(Optional.of(log), arguments);
  }

  private Process start(Optional<Path> log, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("sallyport.distribution"), "bin/sallyport").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("SALLYPORT_JAVA_OPTS", "-Djava.io.tmpdir=" + work);
    log.ifPresent(file -> builder.redirectOutput(file.toFile()));
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private static String outputOf(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
