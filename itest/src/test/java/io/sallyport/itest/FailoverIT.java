package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.StackEventType;
import java.util.List;
import java.util.Map;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** The active stack's bundle vanishes, comes back, and does so again and again. */
public class FailoverIT {
  private static Platform platform;
  private static Site site;
  private static int port;

  @BeforeClass
  public static void start() throws Exception {
    site = new Site();
    platform = Platform.start(Map.of("quarantine.vanishings", 1000));
    port = platform.route("failover", site.terminate(platform));
  }

  @AfterClass
  public static void stop() throws Exception {
    platform.close();
    site.close();
  }

  @After
  public void tidyUp() throws Exception {
    for (String stack : List.of("conscrypt", "jsse", "bouncycastle")) {
      bundle(stack).start();
    }
    platform.configureAnew(Map.of("quarantine.vanishings", 1000));
    platform.awaitActive("conscrypt");
    site.visit(port);
  }

  private static Bundle bundle(String stack) {
    return platform.bundle("io.sallyport.stack." + stack);
  }

  /** Returns when the stack has gone and the exchange that this caused is over. */
  private static void vanish(String stack) throws Exception {
    Await.until("nobody is on it", () -> platform.stack(stack).connections() == 0);
    bundle(stack).stop();
  }

  @Test
  public void theNextByRankTakesOverAndTheBestTakesBack() throws Exception {
    int known = platform.told();
    vanish("conscrypt");
    platform.awaitEvent(
        known, StackEventType.FAILED_OVER, "conscrypt is no longer there; jsse has taken over.");
    platform.log().await("Stack conscrypt is no longer there; jsse has taken over.");
    assertEquals("jsse", platform.active());
    site.visit(port);
    vanish("jsse");
    assertEquals("bouncycastle", platform.active());
    site.visit(port);
    bundle("jsse").start();
    platform.awaitActive("jsse");
    bundle("conscrypt").start();
    platform.awaitActive("conscrypt");
  }

  @Test
  public void aReluctantPlatformStaysWhereItIs() throws Exception {
    platform.configureAnew(Map.of("stack.policy", "reluctant", "quarantine.vanishings", 1000));
    vanish("conscrypt");
    assertEquals("jsse", platform.active());
    bundle("conscrypt").start();
    vanish("bouncycastle"); // Returns after the selection that the return of conscrypt caused.
    assertEquals("jsse", platform.active());
    assertEquals(CandidateState.STANDBY, platform.state("conscrypt"));
    site.visit(port);
  }

  @Test
  public void withoutFailoverNothingStandsInForTheChosenStack() throws Exception {
    platform.configureAnew(
        Map.of("stack", "conscrypt", "failover", "none", "quarantine.vanishings", 1000));
    int known = platform.told();
    vanish("conscrypt");
    platform.awaitEvent(known, StackEventType.NOTHING_ACTIVE, "conscrypt");
    assertEquals("", platform.active());
    bundle("conscrypt").start();
    platform.awaitActive("conscrypt");
    site.visit(port);
  }

  @Test
  public void theFilterSaysWhoMayStandIn() throws Exception {
    for (String filter : List.of("(service.ranking=10)", "bouncycastle")) {
      platform.configureAnew(
          Map.of("stack", "conscrypt", "failover", filter, "quarantine.vanishings", 1000));
      platform.awaitActive("conscrypt");
      int known = platform.told();
      vanish("conscrypt");
      platform.awaitEvent(
          known,
          StackEventType.FAILED_OVER,
          "No stack that fits 'conscrypt' can be active; bouncycastle stands in.");
      assertEquals("bouncycastle", platform.active());
      site.visit(port);
      vanish("bouncycastle");
      assertEquals("", platform.active()); // jsse may not.
      bundle("bouncycastle").start();
      platform.awaitActive("bouncycastle");
      bundle("conscrypt").start();
      platform.awaitActive("conscrypt");
    }
  }

  @Test
  public void aReluctantStandInStaysWhenTheChosenOneReturns() throws Exception {
    platform.configureAnew(
        Map.of(
            "stack", "conscrypt",
            "stack.policy", "reluctant",
            "failover", "(service.ranking=10)",
            "quarantine.vanishings", 1000));
    platform.awaitActive("conscrypt");
    vanish("conscrypt");
    assertEquals("bouncycastle", platform.active());
    bundle("conscrypt").start();
    vanish("jsse"); // Returns after the selection that the return of conscrypt caused.
    assertEquals("bouncycastle", platform.active());
  }

  @Test
  public void aStackThatFlapsIsQuarantinedUntilItIsReadmittedOrTheTimeIsOver() throws Exception {
    long backOff = 3000;
    platform.configureAnew(Map.of("quarantine.vanishings", 3, "quarantine.backoff.ms", backOff));
    platform.awaitActive("conscrypt");
    int known = platform.told();
    flap(3);
    String said = platform.awaitEvent(known, StackEventType.QUARANTINED, "conscrypt").sentence();
    assertTrue(said, said.contains("vanished 3 times within 60 s"));
    bundle("conscrypt").start();
    Await.until("it is a candidate", () -> platform.candidate("conscrypt").isPresent());
    assertEquals(CandidateState.QUARANTINED, platform.state("conscrypt"));
    assertEquals("jsse", platform.active());
    String shown = platform.shellLine("tls:stacks", "conscrypt");
    assertTrue(shown, shown.contains("QUARANTINED") && shown.contains("again and again"));
    site.visit(port);
    bundle("conscrypt").stop(); // A fourth time; it is no longer active.
    bundle("conscrypt").start();
    Await.until("it is a candidate", () -> platform.candidate("conscrypt").isPresent());
    assertEquals(CandidateState.QUARANTINED, platform.state("conscrypt"));

    assertEquals(
        "conscrypt may be selected again.", platform.shell("tls:readmit conscrypt").strip());
    platform.awaitActive("conscrypt");
    String again = platform.shell("tls:readmit conscrypt");
    assertTrue(again, again.contains("No stack of the name 'conscrypt' is in quarantine."));

    long start = System.nanoTime();
    flap(3);
    bundle("conscrypt").start();
    Await.until("it is a candidate", () -> platform.candidate("conscrypt").isPresent());
    assertEquals(CandidateState.QUARANTINED, platform.state("conscrypt"));
    platform.awaitActive("conscrypt");
    long out = (System.nanoTime() - start) / 1_000_000;
    assertTrue("It was out for " + out + " ms", out >= backOff);
  }

  private static void flap(int times) throws Exception {
    for (int i = 0; i < times; i++) {
      bundle("conscrypt").start();
      platform.awaitActive("conscrypt");
      vanish("conscrypt");
      assertEquals("jsse", platform.active());
    }
  }
}
