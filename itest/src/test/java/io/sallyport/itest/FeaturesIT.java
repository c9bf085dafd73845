package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.Pem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/**
 * What a route can be configured to do beyond certificates and versions, on every stack, against
 * OpenSSL and Mbed TLS.
 */
public class FeaturesIT {
  private static final List<String> STACKS = List.of("conscrypt", "jsse", "bouncycastle");
  private static final String REQUEST = "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n";
  private static final String PSK =
      "00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef";

  private static final CertificateAuthority CA = CertificateAuthority.root("CN=Test CA");
  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static Path pki;
  private static Gateway gateway;
  private static HttpBackend backend;
  private static int opensslPort;
  private static int opensslPskPort;

  @BeforeClass
  public static void start() throws Exception {
    Tool.assumeInstalled("openssl");
    pki = Files.createTempDirectory(Files.createDirectories(Settings.work()), "features");
    Files.write(pki.resolve("ca.pem"), Pem.certificates(List.of(CA.authorityCertificate())));
    write("server", CA.certificate().dns("localhost").ip("127.0.0.1").forServers().issue());
    write("other", CA.certificate().subject("CN=other").dns("*.other.test").issue());
    Files.writeString(pki.resolve("psk"), "# devices\nsomebody:" + "ab".repeat(16) + "\nme:" + PSK);
    Files.writeString(pki.resolve("psk.hex"), PSK + "\n");
    backend = opened(HttpBackend.plain());
    opensslPort = freePort();
    opensslPskPort = freePort();
    opened(
        Background.start(
            opensslPort,
            List.of(
                "openssl",
                "s_server",
                "-accept",
                "127.0.0.1:" + opensslPort,
                "-cert",
                file("server.pem"),
                "-keylogfile",
                file("openssl.keys"),
                "-www")));
    opened(
        Background.start(
            opensslPskPort,
            List.of(
                "openssl",
                "s_server",
                "-accept",
                "127.0.0.1:" + opensslPskPort,
                "-nocert",
                "-psk_identity",
                "me",
                "-psk",
                PSK,
                "-www")));
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

  /** The chain and its key in one file. */
  private static void write(String name, Issued issued) throws IOException {
    Path file = pki.resolve(name + ".pem");
    Files.write(file, Pem.certificates(issued.chain()));
    Files.write(file, Pem.privateKey(issued.key()), StandardOpenOption.APPEND);
  }

  private static String file(String name) {
    return pki.resolve(name).toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** A route whose name is new in each configuration, so that its port is found by it. */
  private static String route(String name, String mode, int target, String more) {
    return ", 'io.sallyport.gateway.route~"
        + name
        + "': {'mode': '"
        + mode
        + "', 'listen': '127.0.0.1:0', 'target': 'localhost:"
        + target
        + "'"
        + more
        + "}\n";
  }

  private static String in(String name, String more) {
    return route(
        name,
        "terminate",
        backend.port(),
        ", 'server.certificate': '"
            + file("server.pem")
            + "', 'server.key': '"
            + file("server.pem")
            + "'"
            + more);
  }

  private static String out(String name, int target, String more) {
    return route(name, "originate", target, more);
  }

  private static String configuration(String stack, String routes) {
    String text =
        "{'io.sallyport.core': {'stack': '" + stack + "', 'insecure.mode': true}\n" + routes + "}";
    return text.replace('\'', '"');
  }

  /** Configures routes on a stack; each is waited for, unless it is to fail. */
  private static void use(String stack, String routes, String... names) throws Exception {
    gateway.configure(configuration(stack, routes));
    for (String name : names) {
      gateway.await("Route " + name + " listens on ");
    }
    Await.until(
        stack + " is active",
        java.time.Duration.ofSeconds(30),
        () ->
            gateway
                .since(0)
                .filter(line -> line.contains(" is active (generation "))
                .reduce((a, b) -> b)
                .filter(line -> line.contains("Stack " + stack + " "))
                .isPresent());
  }

  private static String openssl(String route, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "openssl", "s_client", "-connect", "127.0.0.1:" + gateway.port(route), "-ign_eof"));
    command.addAll(Arrays.asList(more));
    return Tool.run(REQUEST, command.toArray(new String[0])).text();
  }

  private static String httpThrough(String route) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port(route) + "/")).build();
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .send(request, HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  public void certificatesAreChosenByServerNameOnEveryStack() throws Exception {
    for (String stack : STACKS) {
      String name = "names-" + stack;
      use(stack, in(name, ", 'server.sni.certificates': ['" + file("other.pem") + "']"), name);
      for (String version : List.of("-tls1_2", "-tls1_3")) {
        String other = openssl(name, version, "-servername", "a.other.test");
        assertTrue(stack + other, other.contains("subject=CN = other"));
        assertTrue(stack + other, other.contains(HttpBackend.GREETING));
        String own = openssl(name, version, "-servername", "localhost");
        assertFalse(stack + own, own.contains("subject=CN = other"));
      }
    }
  }

  @Test
  public void preSharedKeysWorkWhereTheStackHasThemAndAreRefusedElsewhere() throws Exception {
    String server = ", 'server.psk.file': '" + file("psk") + "'";
    String client =
        ", 'client.trust': 'psk', 'client.psk.identity': 'me', 'client.psk.key.file': '"
            + file("psk.hex")
            + "'";
    int known = gateway.said();
    use("jsse", route("psk-jsse", "terminate", backend.port(), server));
    gateway.awaitAfter(known, "jsse does not support pre-shared keys");
    for (String version : List.of("1.2", "1.3")) {
      String name = "psk-" + version;
      use(
          "bouncycastle",
          route(name, "terminate", backend.port(), server + versions("server", version))
              + out(name + "-out", opensslPskPort, client + versions("client", version)),
          name,
          name + "-out");
      exchangeByPsk(name, version);
    }
    use(
        "conscrypt",
        route("psk-c", "terminate", backend.port(), server + versions("server", "1.2"))
            + out("psk-c-out", opensslPskPort, client + versions("client", "1.2")),
        "psk-c",
        "psk-c-out");
    exchangeByPsk("psk-c", "1.2");
  }

  private static void exchangeByPsk(String name, String version) throws Exception {
    String flag = "-tls1_" + version.charAt(2);
    String good = openssl(name, flag, "-psk_identity", "me", "-psk", PSK);
    assertTrue(name + good, good.contains(HttpBackend.GREETING));
    String wrongKey = openssl(name, flag, "-psk_identity", "me", "-psk", "ff".repeat(32));
    assertFalse(name + wrongKey, wrongKey.contains(HttpBackend.GREETING));
    String unknown = openssl(name, flag, "-psk_identity", "nobody", "-psk", PSK);
    assertFalse(name + unknown, unknown.contains(HttpBackend.GREETING));
    String page = httpThrough(name + "-out");
    assertTrue(name + page, page.contains("TLSv" + version));
  }

  private static String versions(String side, String version) {
    return ", '" + side + ".tls.version': '" + version + "'";
  }

  @Test
  public void ticketsAreGivenAndRefusedAsConfigured() throws Exception {
    for (String stack : List.of("conscrypt", "jsse")) {
      String on = "tickets-on-" + stack;
      String off = "tickets-off-" + stack;
      use(
          stack,
          in(on, ", 'server.session.tickets': 'on', 'server.session.ticket.lifetime.s': 600")
              + in(off, ", 'server.session.tickets': 'off'"),
          on,
          off);
      for (String version : List.of("-tls1_2", "-tls1_3")) {
        assertTrue(stack + version, resumes(on, version));
        assertFalse(stack + version, resumes(off, version));
      }
    }
    int known = gateway.said();
    use("bouncycastle", in("tickets-on-bc", ", 'server.session.tickets': 'on'"));
    gateway.awaitAfter(known, "bouncycastle does not support session tickets");
  }

  private static boolean resumes(String route, String version) throws Exception {
    Path session = Files.createTempFile(pki, "session", ".pem");
    String first = openssl(route, version, "-sess_out", session.toString());
    assertTrue(first, first.contains("New, TLS"));
    if (Files.size(session) == 0) {
      return false;
    }
    String second = openssl(route, version, "-sess_in", session.toString());
    assertTrue(second, second.contains(HttpBackend.GREETING));
    return second.contains("Reused, TLS");
  }

  @Test
  public void aRouteResumesTheSessionOfItsTarget() throws Exception {
    for (String stack : STACKS) {
      for (String version : List.of("1.2", "1.3")) {
        String name = "resume-" + stack + "-" + version;
        use(
            stack,
            out(
                name,
                opensslPort,
                ", 'client.ca': '"
                    + file("ca.pem")
                    + "', 'client.session.resumption': true"
                    + versions("client", version)),
            name);
        String first = httpThrough(name);
        assertTrue(name + first, first.contains("New, TLSv" + version));
        String second = httpThrough(name);
        assertTrue(name + second, second.contains("Reused, TLSv" + version));
      }
    }
  }

  @Test
  public void groupsAreRestricted() throws Exception {
    for (String stack : STACKS) {
      String name = "groups-" + stack;
      use(stack, in(name, ", 'server.groups': ['secp384r1']"), name);
      String shown = openssl(name, "-tls1_3");
      assertTrue(stack + shown, shown.contains("secp384r1"));
      assertTrue(stack + shown, shown.contains(HttpBackend.GREETING));
      String refused = openssl(name, "-tls1_3", "-groups", "X25519");
      assertFalse(stack + refused, refused.contains(HttpBackend.GREETING));
    }
  }

  @Test
  public void theKeyLogHasTheSecretsThatTheOtherSideHas() throws Exception {
    for (String version : List.of("1.2", "1.3")) {
      String name = "log-" + version;
      Path log = pki.resolve(name);
      use(
          "bouncycastle",
          out(
              name,
              opensslPort,
              ", 'client.ca': '"
                  + file("ca.pem")
                  + "', 'client.key.log.file': '"
                  + log
                  + "'"
                  + versions("client", version)),
          name);
      assertTrue(httpThrough(name).contains("TLSv" + version));
      Set<String> ours = new HashSet<>(Files.readAllLines(log));
      Set<String> theirs =
          Files.readAllLines(pki.resolve("openssl.keys")).stream()
              .map(line -> line.toLowerCase(java.util.Locale.ROOT))
              .collect(Collectors.toSet());
      assertEquals(version.equals("1.2") ? 1 : 5, ours.size());
      for (String line : ours) {
        assertTrue(line, theirs.contains(line.toLowerCase(java.util.Locale.ROOT)));
      }
      gateway.await("INSECURE: the secrets of the connection");
    }
  }

  @Test
  public void mbedTlsIsServedAndVerified() throws Exception {
    String peer = mbedTls();
    int port = freePort();
    opened(
        Background.start(
            port,
            List.of(peer, "server", String.valueOf(port), file("server.pem"), file("server.pem"))));
    for (String stack : STACKS) {
      String web = "mbed-" + stack;
      use(
          stack,
          in(web, "") + out(web + "-out", port, ", 'client.ca': '" + file("ca.pem") + "'"),
          web,
          web + "-out");
      Tool.Result result =
          Tool.run("", peer, "client", String.valueOf(gateway.port(web)), file("ca.pem"));
      assertTrue(stack + result.text(), result.text().contains("TLSv1.2"));
      assertTrue(stack + result.text(), result.text().contains(HttpBackend.GREETING));
      assertTrue(httpThrough(web + "-out").contains("Hello from Mbed TLS."));
    }
    for (String stack : List.of("bouncycastle", "conscrypt")) {
      String name = "mbed-psk-" + stack;
      use(
          stack,
          route(
              name,
              "terminate",
              backend.port(),
              ", 'server.psk.file': '" + file("psk") + "'" + versions("server", "1.2")),
          name);
      Tool.Result result =
          Tool.run("", peer, "client-psk", String.valueOf(gateway.port(name)), "me", PSK);
      assertTrue(stack + result.text(), result.text().contains("PSK-WITH"));
      assertTrue(stack + result.text(), result.text().contains(HttpBackend.GREETING));
    }
  }

  /** Debian has the library, but no programs; so a small one is compiled here. */
  private static String mbedTls() throws Exception {
    Tool.assumeInstalled("gcc");
    boolean there = Files.exists(Path.of("/usr/include/mbedtls/ssl.h"));
    if (!there) {
      System.out.println("Skipped: libmbedtls-dev is not installed.");
    }
    assumeTrue("libmbedtls-dev is not installed", there);
    Path program = pki.resolve("mbedtls_peer");
    Tool.Result compiled =
        Tool.run(
            "",
            "gcc",
            "-Wall",
            "-o",
            program.toString(),
            Path.of("src/test/c/mbedtls_peer.c").toAbsolutePath().toString(),
            "-lmbedtls",
            "-lmbedx509",
            "-lmbedcrypto");
    assertEquals(compiled.text(), 0, compiled.exit());
    return program.toString();
  }
}
