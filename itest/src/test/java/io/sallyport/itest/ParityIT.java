package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.StackEventType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/** What the running configuration would lose by an exchange is said before it, route by route. */
public class ParityIT {
  private static Platform platform;
  private static Site site;

  @BeforeClass
  public static void start() throws Exception {
    site = new Site();
    platform = Platform.start(Map.of());
  }

  @AfterClass
  public static void stop() throws Exception {
    platform.close();
    site.close();
  }

  @After
  public void tidyUp() throws Exception {
    platform.removeRoutes();
    Await.until("no route is left", () -> platform.shell("tls:routes").lines().count() <= 1);
    platform.configure(Map.of());
    platform.stacks().swap("conscrypt");
  }

  private static void assertSaid(String command, String... parts) throws Exception {
    String said = platform.shell(command);
    assertTrue(command + ": " + said, LogLines.holds(said, parts));
  }

  private static Map<String, Object> terminate(Map<String, ?> more) throws Exception {
    Map<String, Object> route = site.terminate(platform);
    route.putAll(more);
    return route;
  }

  /** The candidate lacks it, and the route's name and the reason are said. */
  private static void assertKeptOut(String candidate, String route, String what) throws Exception {
    int known = platform.told();
    String active = platform.active();
    assertSaid(
        "tls:prepare " + candidate,
        "Not prepared: ",
        candidate + " cannot do " + what,
        "required by route " + route,
        "Change these configurations first, or choose another stack.",
        "[NOT_SUPPORTED]");
    assertSaid("tls:swap " + candidate + " accept-losses", "Not swapped: ", "route " + route);
    platform.awaitEvent(known, StackEventType.PROOF_FAILED, candidate, "route " + route);
    assertEquals(CandidateState.STANDBY, platform.state(candidate));
    assertTrue(platform.stack(candidate).reason().contains("route " + route));
    assertEquals(active, platform.active());
  }

  @Test
  public void preSharedKeysAreMissedByName() throws Exception {
    platform.stacks().swap("bouncycastle");
    String keys =
        platform.file(
            "psk.txt", ("device:" + "5a".repeat(32) + "\n").getBytes(StandardCharsets.US_ASCII));
    Map<String, Object> route = terminate(Map.of("server.psk.file", keys));
    route.remove("server.certificate");
    route.remove("server.key");
    platform.route("psk", route);
    assertKeptOut("jsse", "psk", "pre-shared keys as server");
  }

  @Test
  public void theKeyLogIsMissedByName() throws Exception {
    platform.configure(Map.of("insecure.mode", true));
    platform.stacks().swap("bouncycastle");
    Path log = Files.createTempFile(Settings.work(), "keys", ".log");
    platform.route("logged", terminate(Map.of("server.key.log.file", log.toString())));
    assertKeptOut("jsse", "logged", "the key log as server");
    assertKeptOut("conscrypt", "logged", "the key log as server");
  }

  @Test
  public void sessionTicketsAreMissedByName() throws Exception {
    platform.stacks().swap("conscrypt");
    platform.route("ticketed", terminate(Map.of("server.session.tickets", "on")));
    assertKeptOut("bouncycastle", "ticketed", "session tickets");
  }

  @Test
  public void suitesAreMissedByName() throws Exception {
    platform.stacks().swap("jsse");
    platform.route(
        "suites",
        terminate(
            Map.of(
                "server.tls.version",
                "1.3",
                "server.cipher.suites",
                new String[] {"TLS_AES_256_GCM_SHA384"})));
    assertKeptOut("conscrypt", "suites", "the selection of cipher suites as server with TLSv1.3");
  }

  @Test
  public void whatConnectionsWereSeenToUseIsALossThatMayBeRefusedOrAccepted() throws Exception {
    platform.stacks().swap("jsse");
    int port = platform.route("mqtt", terminate(Map.of()));
    site.visit(port, "TLSv1.3");
    for (int i = 0; i < 3; i++) {
      site.visit(port, "TLSv1.3"); // The JDK resumes by itself.
    }
    String loss =
        "bouncycastle cannot do session resumption as server with TLSv1.3, used by route mqtt,"
            + " seen in ";
    assertSaid("tls:prepare bouncycastle", "jsse → bouncycastle: proved", "would be lost:", loss);
    assertSaid("tls:staged", loss);
    assertSaid("tls:abort", "Aborted");

    platform.configure(Map.of("swap.losses", "refuse"));
    assertSaid(
        "tls:swap bouncycastle",
        "Not swapped: ",
        loss,
        "Accept the losses, or choose another stack.",
        "[NOT_SUPPORTED]");
    assertEquals("jsse", platform.active());
    int known = platform.told();
    assertSaid("tls:swap bouncycastle accept-losses", "jsse → bouncycastle, generation ");
    platform.awaitEvent(known, StackEventType.LOSSES, loss);
    platform.log().await(loss);
    assertEquals("bouncycastle", platform.active());
    site.visit(port, "TLSv1.3");
    assertSaid("tls:swap jsse", "bouncycastle → jsse, generation "); // No loss that way.
  }
}
