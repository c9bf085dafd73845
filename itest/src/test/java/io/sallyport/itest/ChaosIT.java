package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.StackEventType;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** A stack that does everything wrong that a stack can do: the others do not notice. */
public class ChaosIT {
  private static final List<String> THROWS =
      List.of("runtime", "error", "assertion", "internal", "checked", "overflow", "missing");

  /** What is asked of a candidate before it is one. */
  private static final List<String> DESCRIPTION =
      List.of("version", "name", "libraryVersion", "capabilities", "caStore", "cipherSuites");

  /** What is asked in a proof. */
  private static final List<String> PROOF =
      List.of(
          "identity",
          "capabilities",
          "cipherSuites",
          "caStore",
          "store.init",
          "store.set",
          "prepare",
          "newHandle",
          "handshake",
          "read",
          "write",
          "flush",
          "session",
          "shutdownOutput",
          "mayBlock",
          "close",
          "context.close",
          "version",
          "name",
          "libraryVersion");

  /** What is asked for a connection. */
  private static final List<String> CONNECTION =
      List.of(
          "newHandle",
          "mayBlock",
          "handshake",
          "session",
          "read",
          "write",
          "flush",
          "bytesAvailable",
          "clientSession",
          "heardFromPeer",
          "shutdownOutput",
          "unwrap",
          "close",
          "context.close");

  private static final List<String> LENGTHS =
      List.of("-5", "5", "1000000", "2147483647", "-2147483648", "0");

  private static Platform platform;
  private static Site site;
  private static int port;
  private static Bystanders bystanders;

  private final Chaos chaos = new Chaos("chaos");
  private Bundle bundle;

  @BeforeClass
  public static void start() throws Exception {
    site = new Site();
    platform = Platform.start(core(Map.of()));
    port = platform.route("chaos", site.terminate(platform));
    bystanders = new Bystanders(site.connectMany(port, 4));
  }

  private static Map<String, Object> core(Map<String, ?> more) {
    Map<String, Object> core = new HashMap<>();
    core.put("stack", "conscrypt");
    core.put("allowed.stacks", Site.ALLOWED);
    core.put("drain.deadline.ms", 300_000L); // The bystanders drain for as long as they like.
    core.put("rollback", false);
    core.putAll(more);
    return core;
  }

  @AfterClass
  public static void stop() throws Exception {
    bystanders.close();
    platform.close();
    site.close();
  }

  @Before
  public void install() throws Exception {
    bundle = platform.install(TestBundle.chaos(Site.CHAOS_BUNDLE, "chaos", -1).build());
  }

  @After
  public void tidyUp() throws Exception {
    chaos.never();
    platform.configure(core(Map.of("drain.deadline.ms", 2000L)));
    platform.stacks().swap("conscrypt");
    bundle.uninstall();
    platform.configure(core(Map.of()));
    chaos.close();
    site.visit(port);
    bystanders.assertUnharmed();
  }

  @Test
  public void aStackThatCannotEvenTellItsNameIsRefusedWithAReason() throws Exception {
    for (String operation : DESCRIPTION) {
      List<String> actions = new ArrayList<>(THROWS);
      if (!operation.equals("version")) {
        actions.add("null");
      }
      for (String action : actions) {
        int known = platform.told();
        chaos.always(operation + " " + action);
        bundle.start();
        String what = operation + " " + action;
        String said =
            platform.awaitEvent(known, StackEventType.REFUSED, Site.CHAOS_BUNDLE).sentence();
        assertTrue(what + ": " + said, said.contains("'" + operation + "'"));
        StackDTO shown =
            platform.stacks().candidates().stream()
                .filter(candidate -> candidate.bundle().equals(Site.CHAOS_BUNDLE))
                .findFirst()
                .orElseThrow(() -> new AssertionError(what));
        assertEquals(what, CandidateState.REFUSED, shown.state());
        chaos.never();
        bundle.stop();
      }
    }
  }

  @Test
  public void whateverFailsInTheProofLeavesTheActiveStackAlone() throws Exception {
    bundle.start();
    List<String> modes = new ArrayList<>();
    for (String operation : PROOF) {
      THROWS.forEach(action -> modes.add(operation + " " + action));
    }
    for (String operation :
        List.of(
            "identity",
            "capabilities",
            "cipherSuites",
            "caStore",
            "prepare",
            "newHandle",
            "handshake",
            "flush",
            "session",
            "shutdownOutput")) {
      modes.add(operation + " null");
    }
    for (String length : LENGTHS) {
      modes.add("read returns " + length);
      modes.add("write returns " + length);
    }
    modes.addAll(
        List.of(
            "read rewinds",
            "write leaks",
            "handshake wait",
            "handshake done",
            "handshake die",
            "prepare refuse",
            "all runtime",
            "all error",
            "all overflow",
            "all null"));
    List<String> passed = new ArrayList<>();
    for (String mode : modes) {
      chaos.always(mode);
      try {
        platform.stacks().swap("chaos");
        passed.add(mode);
        chaos.never();
        platform.stacks().swap("conscrypt");
      } catch (TlsException e) {
        assertTrue(mode + ": " + e.getMessage(), e.getMessage().contains("chaos"));
        assertTrue(mode + ": " + e.getMessage(), e.getMessage().endsWith("."));
        assertTrue(mode, platform.stack("chaos").reason().endsWith("."));
        assertEquals(mode, CandidateState.STANDBY, platform.state("chaos"));
      }
      assertEquals(mode, "conscrypt", platform.active());
    }
    // What nobody needs from a candidate may be broken; everything else must be found out.
    passed.removeIf(
        mode ->
            List.of("version", "name", "libraryVersion", "cipherSuites", "close", "context.close")
                .contains(mode.split(" ")[0]));
    assertEquals(List.of(), passed);
    bystanders.assertUnharmed();
  }

  @Test
  public void whateverFailsAfterTheProofConcernsItsConnectionOnly() throws Exception {
    bundle.start();
    platform.stacks().swap("chaos");
    List<String> modes = new ArrayList<>();
    for (String operation : CONNECTION) {
      THROWS.forEach(action -> modes.add(operation + " " + action));
      modes.add(operation + " null");
    }
    for (String operation : List.of("read", "write", "bytesAvailable")) {
      LENGTHS.forEach(length -> modes.add(operation + " returns " + length));
    }
    // Not "write leaks": what a stack sends after its proof only its peer can tell.
    modes.addAll(List.of("read rewinds", "handshake wait", "handshake done", "handshake die"));
    for (String mode : modes) {
      chaos.afterItsProof(mode);
      endsInTime(mode, () -> site.visit(port));
      endsInTime(mode, () -> Site.visit(platform, site.securePort(), site.impatientClient()));
      assertEquals(mode, "chaos", platform.active());
    }
    chaos.never();
    site.visit(port);
    Site.visit(platform, site.securePort(), site.client());
    Await.until(
        "none of its connections is left",
        () ->
            platform.stacks().connections(1000).stream()
                .noneMatch(open -> open.provenance().stack().equals("chaos")));
    bystanders.assertUnharmed();
  }

  private interface Visit {
    void perform() throws Exception;
  }

  /** With an answer or with an error, but not with silence. */
  private static void endsInTime(String mode, Visit visit) {
    try {
      visit.perform();
    } catch (SocketTimeoutException e) {
      throw new AssertionError(mode + ": the connection hangs", e);
    } catch (IOException e) {
      // By the JDK, or a TlsException: its connection gets an error.
    } catch (Exception | Error e) {
      throw new AssertionError(mode + ": it broke through to the program: " + e, e);
    }
  }

  @Test
  public void aStackThatDiesInEveryRealHandshakeIsLeftAtOnce() throws Exception {
    for (String mode : List.of("handshake die", "newHandle null", "read returns 1000000")) {
      platform.configure(core(Map.of("rollback", true)));
      if (bundle.getState() != Bundle.ACTIVE) {
        bundle.start();
      }
      for (int i = 0; i < 20; i++) {
        site.visit(port);
      }
      chaos.afterItsProof(mode);
      int known = platform.told();
      platform.stacks().swap("chaos");
      long start = System.nanoTime();
      while (platform.active().equals("chaos")) {
        endsInTime(mode, () -> site.visit(port));
        assertTrue(mode + ": still active", System.nanoTime() - start < 30_000_000_000L);
      }
      platform.awaitEvent(known, StackEventType.ROLLED_BACK, "chaos", "conscrypt");
      assertEquals(mode, "conscrypt", platform.active());
      Await.until(
          mode + ": it is kept out when it has drained",
          () -> platform.state("chaos") == CandidateState.QUARANTINED);
      for (int i = 0; i < 20; i++) {
        site.visit(port);
      }
      bystanders.assertUnharmed();
    }
  }

  @Test
  public void aStackThatBlocksIsFoundOutInItsProof() throws Exception {
    platform.configure(core(Map.of("proof.deadline.ms", 700L)));
    bundle.start();
    for (String operation : List.of("prepare", "handshake", "read", "write", "capabilities")) {
      chaos.always(operation + " block 1000");
      try {
        platform.stacks().swap("chaos");
        throw new AssertionError(operation + ": it passed");
      } catch (TlsException e) {
        assertTrue(e.getMessage(), e.getMessage().contains("did not finish its proof within"));
      }
      bystanders.assertUnharmed();
      assertEquals("conscrypt", platform.active());
    }
  }

  @Test
  public void aStackThatBlocksWhenItCountsIsLeftAndTheOthersGoOn() throws Exception {
    for (String operation : List.of("handshake", "read", "write", "close")) {
      platform.configure(core(Map.of("rollback", true)));
      if (bundle.getState() != Bundle.ACTIVE) {
        bundle.start();
      }
      chaos.never();
      platform.stacks().swap("chaos");
      int known = platform.told();
      chaos.afterItsProof(operation + " block 3000");
      Thread victim =
          new Thread(
              () -> {
                try {
                  site.visit(port);
                } catch (IOException e) {
                  // Its own matter.
                }
              });
      victim.start();
      if (operation.equals("close")) {
        Thread.yield(); // Nothing waits for a close; it must only do no harm.
      } else {
        platform.awaitEvent(known, StackEventType.ROLLED_BACK, "has not returned for");
        platform.awaitActive("conscrypt");
        chaos.never();
      }
      victim.join();
      chaos.never();
      site.visit(port);
      bystanders.assertUnharmed();
      platform.stacks().swap("conscrypt");
    }
  }

  @Test
  public void aCallThatSleepsIsWokenAndLosesItsConnectionOnly() throws Exception {
    bundle.start();
    platform.stacks().swap("chaos");
    for (String operation : List.of("newHandle", "handshake", "read", "write", "close")) {
      int known = platform.told();
      chaos.afterItsProof(operation + " nap 600000");
      endsInTime(operation, () -> site.visit(port));
      String said = platform.awaitEvent(known, StackEventType.STACK_FAULT, "chaos").sentence();
      assertTrue(said, said.contains("'" + operation + "'"));
      assertTrue(said, said.contains("so its thread was interrupted"));
      chaos.never();
      site.visit(port);
      bystanders.assertUnharmed();
      assertEquals("chaos", platform.active());
    }
  }
}
