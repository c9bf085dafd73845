package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.sallyport.tls.stack.ConnectionDTO;
import io.sallyport.tls.stack.Role;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/** Sessions that began on one stack are shown to another one: a full handshake, and no error. */
public class SessionsIT {
  private static final List<String> STACKS = List.of("conscrypt", "jsse", "bouncycastle");

  private static final List<String> TICKETS = List.of("conscrypt", "jsse");

  /** Each of them after each other one. */
  private static final List<String> EVERY_PAIR =
      List.of(
          "conscrypt", "jsse", "conscrypt", "bouncycastle", "jsse", "bouncycastle", "conscrypt");

  private static final Pattern KIND = Pattern.compile("(?m)^(New|Reused), TLSv1\\.[23]");

  private static Platform platform;
  private static Site site;
  private static HttpBackend web;

  @BeforeClass
  public static void start() throws Exception {
    site = new Site();
    web = HttpBackend.plain();
    platform = Platform.start(Map.of());
  }

  @AfterClass
  public static void stop() throws Exception {
    platform.close();
    site.close();
    web.close();
  }

  @Test
  public void aSessionOfAnotherStackIsPassedOverByServers() throws Exception {
    Tool.assumeInstalled("openssl");
    Path folder = Files.createTempDirectory(Settings.work(), "sessions");
    int port = platform.route("sessions", toWeb());
    for (String version : List.of("-tls1_2", "-tls1_3")) {
      Map<String, Path> sessions = new HashMap<>();
      for (String from : STACKS) {
        platform.stacks().swap(from);
        Path session = folder.resolve(from + version);
        assertEquals(from + version, "New", openssl(port, version, "-sess_out", session));
        if (Files.exists(session)) {
          sessions.put(from, session);
          assertEquals(from + version, "Reused", openssl(port, version, "-sess_in", session));
        }
      }
      // Bouncy Castle makes no tickets.
      assertTrue(version + ": " + sessions, sessions.keySet().containsAll(TICKETS));
      for (String to : STACKS) {
        platform.stacks().swap(to);
        for (String from : sessions.keySet()) {
          String row = from + " → " + to + " " + version;
          // Also to the same stack: it is another activation, with keys of its own.
          assertEquals(row, "New", openssl(port, version, "-sess_in", sessions.get(from)));
        }
      }
    }
    platform.removeRoutes();
  }

  /** The web server ends its connections, and so the client ends. */
  private static Map<String, Object> toWeb() throws Exception {
    Map<String, Object> route = site.terminate(platform);
    route.put("target", "127.0.0.1:" + web.port());
    return route;
  }

  /** Whether the session is a new one; data has come back in any case. */
  private static String openssl(int port, String version, String option, Path session)
      throws Exception {
    Tool.Result said =
        Tool.run(
            "GET / HTTP/1.0\r\n\r\n",
            "openssl",
            "s_client",
            "-connect",
            "127.0.0.1:" + port,
            version,
            option,
            session.toString());
    assertTrue(said.text(), said.text().contains(HttpBackend.GREETING));
    Matcher kind = KIND.matcher(said.text());
    assertTrue(said.text(), kind.find());
    return kind.group(1);
  }

  @Test
  public void aClientsSessionsDoNotGetInTheWayOfAnExchange() throws Exception {
    for (String version : List.of("1.2", "1.3")) {
      Map<String, Object> route = site.originate(platform);
      route.put("client.session.resumption", true);
      route.put("client.tls.version", version);
      int port = platform.route("resuming" + version, route);
      AtomicInteger resumed = new AtomicInteger();
      for (String stack : EVERY_PAIR) {
        platform.stacks().swap(stack);
        for (int i = 0; i < 3; i++) {
          try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            Site.ping(socket);
            for (ConnectionDTO open : platform.stacks().connections(1000)) {
              if (open.role() == Role.CLIENT) {
                assertEquals(stack, open.provenance().stack());
                if (open.session().resumed()) {
                  resumed.incrementAndGet();
                }
              }
            }
          }
          Await.until("it has ended", () -> platform.stacks().connections(1000).isEmpty());
        }
      }
      assertTrue("Sessions were resumed between the exchanges", resumed.get() > 0);
      platform.removeRoutes();
    }
  }
}
