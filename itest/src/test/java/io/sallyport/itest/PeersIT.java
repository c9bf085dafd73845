package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.Pem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/**
 * The distribution against programs that are not ours, right and wrong ones. For each stack the
 * configuration file is edited while the gateway runs.
 */
public class PeersIT {
  private static final List<String> STACKS = List.of("conscrypt", "jsse", "bouncycastle");
  private static final List<String> VERSIONS = List.of("1.2", "1.3");
  private static final String REQUEST = "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n";

  private static final CertificateAuthority CA = CertificateAuthority.root("CN=Test CA");
  private static final CertificateAuthority OTHER = CertificateAuthority.root("CN=Other CA");
  private static final Issued CLIENT = CA.certificate().subject("CN=client").forClients().issue();

  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static Path pki;
  private static SSLContext jdk;
  private static Gateway gateway;
  private static String routes;

  @BeforeClass
  public static void start() throws Exception {
    pki = Files.createTempDirectory(Files.createDirectories(Settings.work()), "pki");
    write("ca", List.of(CA.authorityCertificate()));
    write("other-ca", List.of(OTHER.authorityCertificate()));
    Issued server =
        CA.intermediate("CN=Issuing CA")
            .certificate()
            .dns("localhost")
            .ip("127.0.0.1")
            .forServers()
            .issue();
    write("server", server);
    write("client", CLIENT);
    write("late", CA.certificate().subject("CN=late").forClients().expired().issue());
    write("stranger", OTHER.certificate().subject("CN=stranger").forClients().issue());
    jdk = JdkTls.context(List.of(CA.authorityCertificate()), CLIENT);
    Issued wrongName = CA.certificate().subject("CN=other").dns("other.example").issue();
    Issued expired = CA.certificate().dns("localhost").ip("127.0.0.1").expired().issue();
    HttpBackend plain = opened(HttpBackend.plain());
    HttpBackend secure = opened(secure(server));
    String in =
        "'server.certificate': '"
            + file("server.pem")
            + "', 'server.key': '"
            + file("server.key")
            + "'";
    String out = "'client.ca': '" + file("ca.pem") + "'";
    routes =
        route("web", "terminate", plain.port(), in)
            + route("out", "originate", secure.port(), out)
            + route("both", "bridge", secure.port(), in + ", " + out)
            + route(
                "mutual",
                "terminate",
                plain.port(),
                in + ", 'server.client.ca': '" + file("ca.pem") + "'")
            + route(
                "hasty", "terminate", plain.port(), in + ", 'server.handshake.timeout.ms': 2000")
            + route(
                "untrusted",
                "originate",
                secure.port(),
                "'client.ca': '" + file("other-ca.pem") + "'")
            + route("misnamed", "originate", opened(secure(wrongName)).port(), out)
            + route("expired", "originate", opened(secure(expired)).port(), out)
            + route(
                "silent-target",
                "originate",
                opened(new ServerSocket(0, 50, InetAddress.getLoopbackAddress())).getLocalPort(),
                out + ", 'client.timeout.ms': 2000")
            + route("nobody", "terminate", freePort(), in);
    gateway = opened(Gateway.run(configuration("conscrypt", "")));
  }

  @AfterClass
  public static void stop() throws Exception {
    for (int i = OPEN.size() - 1; i >= 0; i--) {
      OPEN.get(i).close();
    }
  }

  private static <T extends AutoCloseable> T opened(T resource) {
    OPEN.add(resource);
    return resource;
  }

  private static HttpBackend secure(Issued identity) throws Exception {
    return HttpBackend.secure(JdkTls.context(List.of(CA.authorityCertificate()), identity));
  }

  private static void write(String name, List<X509Certificate> certificates) throws IOException {
    Files.write(pki.resolve(name + ".pem"), Pem.certificates(certificates));
  }

  private static void write(String name, Issued issued) throws IOException {
    write(name, issued.chain());
    Files.write(pki.resolve(name + ".key"), Pem.privateKey(issued.key()));
  }

  private static String file(String name) {
    return pki.resolve(name).toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String route(String name, String mode, int target, String more) {
    return ", 'io.sallyport.gateway.route~"
        + name
        + "': {'mode': '"
        + mode
        + "', 'listen': '127.0.0.1:0', 'target': '127.0.0.1:"
        + target
        + "', "
        + more
        + "}\n";
  }

  private static String configuration(String stack, String more) {
    String text = "{'io.sallyport.core': {'stack': '" + stack + "'}\n" + routes + more + "}";
    return text.replace('\'', '"');
  }

  /** Makes a stack the active one by the file, and gives how many lines there were before. */
  private static int use(String stack) throws Exception {
    int known = gateway.said();
    if (gateway
        .since(0)
        .filter(line -> line.contains(" is active (generation "))
        .reduce((a, b) -> b)
        .filter(line -> line.contains("Stack " + stack + " "))
        .isEmpty()) {
      gateway.configure(configuration(stack, ""));
      gateway.awaitAfter(known, "Stack " + stack + " ", " is active (generation ");
    }
    return gateway.said();
  }

  @Test
  public void curlGetsThroughEachRouteInBothVersions() throws Exception {
    Tool.assumeInstalled("curl");
    for (String stack : STACKS) {
      use(stack);
      for (String version : VERSIONS) {
        for (String route : List.of("web", "both")) {
          Tool.Result result = curl(route, version);
          assertEquals(stack + " " + route + " " + version, HttpBackend.GREETING, result.text());
        }
      }
      assertEquals(
          HttpBackend.GREETING,
          Tool.run("", "curl", "-sS", "http://127.0.0.1:" + gateway.port("out") + "/").text());
    }
  }

  private static Tool.Result curl(String route, String version) throws Exception {
    int port = gateway.port(route);
    return Tool.run(
        "",
        "curl",
        "-sS",
        "--cacert",
        file("ca.pem"),
        "--resolve",
        "localhost:" + port + ":127.0.0.1",
        "--tlsv" + version,
        "--tls-max",
        version,
        "https://localhost:" + port + "/");
  }

  @Test
  public void opensslGetsThroughEachRouteInBothVersions() throws Exception {
    Tool.assumeInstalled("openssl");
    for (String stack : STACKS) {
      use(stack);
      for (String version : VERSIONS) {
        for (String route : List.of("web", "both")) {
          Tool.Result result = openssl(route, "-tls1_" + version.charAt(2));
          String row = stack + " " + route + " " + version + ":\n" + result.text();
          assertTrue(row, result.text().contains("New, TLSv" + version));
          assertTrue(row, result.text().contains("Verify return code: 0 (ok)"));
          assertTrue(row, result.text().contains(HttpBackend.GREETING));
        }
      }
    }
  }

  private static Tool.Result openssl(String route, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + gateway.port(route),
                "-servername",
                "localhost",
                "-verify_hostname",
                "localhost",
                "-CAfile",
                file("ca.pem"),
                "-verify_return_error",
                "-ign_eof"));
    command.addAll(Arrays.asList(more));
    return Tool.run(REQUEST, command.toArray(new String[0]));
  }

  @Test
  public void gnutlsGetsThroughEachRouteInBothVersions() throws Exception {
    Tool.assumeInstalled("gnutls-cli");
    for (String stack : STACKS) {
      use(stack);
      for (String version : VERSIONS) {
        for (String route : List.of("web", "both")) {
          Tool.Result result = gnutls(route, version);
          String row = stack + " " + route + " " + version + ":\n" + result.text();
          assertTrue(row, result.text().contains("Description: (TLS" + version));
          assertTrue(row, result.text().contains("The certificate is trusted"));
          assertTrue(row, result.text().contains(HttpBackend.GREETING));
        }
      }
    }
  }

  private static Tool.Result gnutls(String route, String version) throws Exception {
    return Tool.run(
        REQUEST,
        "gnutls-cli",
        "--x509cafile",
        file("ca.pem"),
        "--sni-hostname",
        "localhost",
        "--verify-hostname",
        "localhost",
        "--priority",
        "NORMAL:-VERS-ALL:+VERS-TLS" + version,
        "-p",
        String.valueOf(gateway.port(route)),
        "127.0.0.1");
  }

  @Test
  public void aRouteConnectsToOpensslAsItsTargetInBothVersions() throws Exception {
    Tool.assumeInstalled("openssl", "curl");
    for (String version : VERSIONS) {
      int port = freePort();
      Process server =
          new ProcessBuilder(
                  "openssl",
                  "s_server",
                  "-www",
                  "-accept",
                  "127.0.0.1:" + port,
                  "-cert",
                  file("server.pem"),
                  "-cert_chain",
                  file("server.pem"),
                  "-key",
                  file("server.key"),
                  "-tls1_" + version.charAt(2))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        Await.until("openssl s_server listens", () -> answers(port));
        for (String stack : STACKS) {
          use(stack);
          int known = gateway.said();
          gateway.configure(
              configuration(
                  stack,
                  route(
                      "openssl" + version.charAt(2) + stack,
                      "originate",
                      port,
                      "'client.ca': '" + file("ca.pem") + "'")));
          String name = "openssl" + version.charAt(2) + stack;
          gateway.awaitAfter(known, "Route " + name + " listens on ");
          Tool.Result page =
              Tool.run("", "curl", "-sS", "http://127.0.0.1:" + gateway.port(name) + "/");
          assertTrue(stack + " " + page.text(), page.text().contains("TLSv" + version));
        }
      } finally {
        server.destroyForcibly();
      }
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  // ---- what must fail

  private interface Deed {
    void perform() throws Exception;
  }

  private static final class Wrong {
    final String name;
    final Deed deed;
    final String[] sentence;

    Wrong(String name, Deed deed, String... sentence) {
      this.name = name;
      this.deed = deed;
      this.sentence = sentence;
    }
  }

  @Test
  public void eachWrongPeerGivesOneSentenceOnEachStackAndOthersAreServed() throws Exception {
    Tool.assumeInstalled("openssl", "curl");
    List<Wrong> table =
        List.of(
            new Wrong(
                "client certificate missing",
                () -> openssl("mutual"),
                "Route mutual: ",
                "no certificate",
                "[SSL_HANDSHAKE_FAILED]"),
            new Wrong(
                "client certificate expired",
                () -> openssl("mutual", "-cert", file("late.pem"), "-key", file("late.key")),
                "Route mutual: ",
                "expired",
                "[SSL_HANDSHAKE_FAILED]"),
            new Wrong(
                "client certificate of another authority",
                () ->
                    openssl("mutual", "-cert", file("stranger.pem"), "-key", file("stranger.key")),
                "Route mutual: ",
                "not signed by a trusted authority",
                "[SSL_HANDSHAKE_FAILED]"),
            new Wrong(
                "client that does not trust us",
                () -> openssl("web", "-no-CAfile", "-CAfile", file("other-ca.pem")),
                "Route web: ",
                "alert",
                "unknown_ca"),
            new Wrong(
                "plain HTTP to a TLS port",
                () -> send("web", REQUEST.getBytes(StandardCharsets.US_ASCII)),
                "Route web: ",
                "The client spoke plain HTTP to a TLS port",
                "[SSL_HANDSHAKE_FAILED]"),
            new Wrong(
                "TLS 1.1 client",
                () -> openssl("web", "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"),
                "Route web: ",
                "TLS",
                "1.1",
                "[SSL_HANDSHAKE_FAILED]"),
            new Wrong(
                "garbage bytes",
                () -> send("web", garbage()),
                "Route web: ",
                "The client sent garbage instead of a TLS handshake",
                "[SSL_HANDSHAKE_FAILED]"),
            new Wrong(
                "a byte now and then",
                PeersIT::sendSlowly,
                "Route hasty: ",
                "The client did not finish its handshake within 2000 ms.",
                "[SERVER_HANDSHAKE_TIMEOUT]"),
            new Wrong(
                "target of another authority",
                () -> send("untrusted", REQUEST.getBytes(StandardCharsets.US_ASCII)),
                "Route untrusted: ",
                "The server's certificate 'CN=localhost' was refused: ",
                "not signed by a trusted authority",
                "[SSL_HANDSHAKE_FAILED]"),
            new Wrong(
                "target of another name",
                () -> send("misnamed", REQUEST.getBytes(StandardCharsets.US_ASCII)),
                "Route misnamed: ",
                "127.0.0.1",
                "[SSL_HANDSHAKE_FAILED]"),
            new Wrong(
                "target with an expired certificate",
                () -> send("expired", REQUEST.getBytes(StandardCharsets.US_ASCII)),
                "Route expired: ",
                "expired",
                "[SSL_HANDSHAKE_FAILED]"),
            new Wrong(
                "target that says nothing",
                () -> send("silent-target", REQUEST.getBytes(StandardCharsets.US_ASCII)),
                "Route silent-target: ",
                "did not complete connection and handshake within 2000 ms",
                "speaks TLS",
                "[CONNECTION_TIMEOUT]"),
            new Wrong(
                "target that is not there",
                () -> openssl("nobody"),
                "Route nobody: ",
                "No connection to the target 127.0.0.1:",
                "[FAILED_CONNECT_TO_HOST]"));
    List<String> problems = new ArrayList<>();
    for (String stack : STACKS) {
      use(stack);
      for (Wrong wrong : table) {
        int known = gateway.said();
        wrong.deed.perform();
        try {
          String line = gateway.awaitAfter(known, wrong.sentence[0]);
          if (!LogLines.holds(line, wrong.sentence)) {
            problems.add(stack + ", " + wrong.name + ": " + line);
          }
        } catch (AssertionError e) {
          problems.add(stack + ", " + wrong.name + ": " + e.getMessage());
        }
        assertEquals(wrong.name, HttpBackend.GREETING, curl("web", "1.3").text());
        List<String> traces =
            gateway.since(known).filter(line -> line.startsWith("\tat ")).toList();
        assertEquals(wrong.name, List.of(), traces);
        List<String> failures =
            gateway
                .since(known)
                .filter(line -> line.contains(wrong.sentence[0]))
                // How curl, which only shows that others are served, ends its socket is its affair.
                .filter(line -> !line.contains("[TCP_CLOSED_FIN]"))
                .collect(Collectors.toList());
        if (failures.size() != 1) {
          problems.add(stack + ", " + wrong.name + " is said so often: " + failures);
        }
      }
    }
    assertEquals(String.join("\n", problems), 0, problems.size());
  }

  private static byte[] garbage() {
    byte[] garbage = new byte[400];
    new Random(5).nextBytes(garbage);
    garbage[0] = 0x05;
    return garbage;
  }

  /** Sends bytes and reads until the gateway ends the connection. */
  private static void send(String route, byte[] bytes) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port(route))) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(bytes);
      drain(socket);
    }
  }

  private static void drain(Socket socket) {
    try {
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      // Ended by a reset, which is an end as well.
    }
  }

  /** The beginning of a ClientHello, a byte at a time, until the gateway has had enough. */
  private static void sendSlowly() throws Exception {
    byte[] start = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port("hasty"))) {
      socket.setSoTimeout(500); // The time between two bytes.
      for (int i = 0; i < 60; i++) {
        socket.getOutputStream().write(start[Math.min(i, start.length - 1)]);
        try {
          if (socket.getInputStream().read() < 0) {
            return;
          }
        } catch (java.net.SocketTimeoutException e) {
          // Still open: the next byte.
        }
      }
      throw new AssertionError("The gateway has waited for 30 s.");
    } catch (java.net.SocketException e) {
      // Ended by a reset, which is an end as well.
    }
  }

  @Test
  public void eachWrongChangeOfTheConfigurationGivesOneSentenceAndChangesNothingElse()
      throws Exception {
    use("jsse");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Path unreadable = Files.createDirectories(pki.resolve("folder.key"));
      String in = "'server.certificate': '" + file("server.pem") + "', 'server.key': '";
      Function<String, String> bad =
          more -> configuration("jsse", route("bad", "terminate", 1, more));
      String[][] rows = {
        {
          bad.apply(in + file("server.key") + "'")
              .replaceAll(
                  "(route~bad.*?listen\": \")[^\"]*", "$1127.0.0.1:" + taken.getLocalPort()),
          "Route bad: cannot listen on 127.0.0.1:" + taken.getLocalPort(),
          "the port is in use"
        },
        {
          bad.apply(in + unreadable + "'"),
          "Route bad: 'server.key': " + unreadable,
          "cannot be read"
        },
        {bad.apply(in + file("absent.key") + "'"), "Route bad: ", "absent.key does not exist"},
        {bad.apply(in + file("client.key") + "'"), "Route bad: ", "does not belong to"},
        {configuration("jsse", "").replaceAll("}$", ""), "this is not JSON", "gateway.json"},
        {configuration("nosuch", ""), "No stack fits 'nosuch'", "jsse stays active"},
      };
      for (String[] row : rows) {
        int known = gateway.said();
        gateway.configure(row[0]);
        String line = gateway.awaitAfter(known, row[1], row[2]);
        assertTrue(line, line.endsWith(".") || line.endsWith("]"));
        assertEquals(HttpBackend.GREETING, curl("web", "1.3").text());
        gateway.configure(configuration("jsse", ""));
      }
    }
    use("conscrypt");
  }

  @Test
  public void malformedJsonAtTheStartEndsItWithExitCodeThree() throws Exception {
    Path folder = Files.createTempDirectory(Settings.work(), "malformed");
    Gateway.write(folder, "{ \"io.sallyport.core\": ");
    try (Gateway failing = Gateway.start(folder)) {
      assertEquals(3, failing.awaitExit());
      assertEquals(List.of(), failing.since(0).filter(line -> line.startsWith("\tat ")).toList());
      failing.await("gateway.json", "not JSON");
    }
  }

  @Test
  public void sigtermEndsItCleanlyWithCloseNotifyToOpenConnections() throws Exception {
    String only =
        "{'io.sallyport.core': {}"
            + route(
                "last",
                "terminate",
                openBackend(),
                "'server.certificate': '"
                    + file("server.pem")
                    + "', 'server.key': '"
                    + file("server.key")
                    + "'")
            + "}";
    for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
      try (Gateway ending = Gateway.run(only.replace('\'', '"'));
          SSLSocket open = JdkTls.connect(jdk, ending.port("last"), protocol)) {
        Exchange.small(open.getInputStream(), open.getOutputStream());
        try (SSLSocket idle = JdkTls.connect(jdk, ending.port("last"), protocol)) {
          assertEquals("As --help says", 143, ending.terminate());
          // Without close_notify the JDK would throw.
          assertEquals(protocol, -1, idle.getInputStream().read());
        }
      }
    }
  }

  private static int openBackend() throws IOException {
    return opened(Backend.plain()).port();
  }
}
