package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.HandshakesDTO;
import io.sallyport.tls.stack.StackEvent;
import io.sallyport.tls.stack.StackEventType;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** Exchanges as an operator does them, in the shell, while clients come and go. */
public class StagingIT {
  private static final int WINDOW_MS = 20_000;

  private static Platform platform;
  private static Site site;
  private static int port;

  private final Chaos chaos = new Chaos("chaos");
  private Bundle bundle;

  @BeforeClass
  public static void start() throws Exception {
    site = new Site();
    platform = Platform.start(core(Map.of()));
    port = platform.route("staging", site.terminate(platform));
  }

  private static Map<String, Object> core(Map<String, ?> more) {
    Map<String, Object> core = new HashMap<>();
    core.put("allowed.stacks", Site.ALLOWED);
    core.put("rollback.window.ms", (long) WINDOW_MS);
    core.put("quarantine.vanishings", 1000);
    core.putAll(more);
    return core;
  }

  @AfterClass
  public static void stop() throws Exception {
    platform.close();
    site.close();
  }

  @Before
  public void install() throws Exception {
    bundle = platform.install(TestBundle.chaos(Site.CHAOS_BUNDLE, "chaos", -1).build());
    bundle.start();
    platform.stacks().swap("conscrypt");
  }

  @After
  public void tidyUp() throws Exception {
    platform.configure(core(Map.of()));
    platform.stacks().swap("conscrypt");
    bundle.uninstall();
    chaos.close();
  }

  private static Visitors visitors() {
    return new Visitors(2, 20, () -> site.visit(port));
  }

  private static void assertSaid(String command, String... parts) throws Exception {
    String said = platform.shell(command);
    assertTrue(command + ": " + said, LogLines.holds(said, parts));
  }

  @Test
  public void anExchangeIsPreparedShownAbortedAndCommitted() throws Exception {
    try (Visitors visitors = visitors()) {
      assertSaid("tls:staged", "Nothing is prepared and nothing is on trial.");
      assertSaid("tls:commit", "Not committed: Nothing is prepared");
      assertSaid("tls:abort", "Not aborted: Nothing is prepared");
      assertSaid("tls:prepare conscrypt", "Not prepared: Stack conscrypt is active already.");
      assertSaid(
          "tls:prepare jsse",
          "conscrypt → jsse: proved with 1 configuration in ",
          "tls:commit or tls:abort.");
      assertEquals(CandidateState.PREPARED, platform.state("jsse"));
      assertEquals("conscrypt", platform.active());
      assertSaid("tls:staged", "conscrypt → jsse: proved");
      assertSaid("tls:abort", "Aborted: jsse is not going to be active.");
      assertEquals(CandidateState.STANDBY, platform.state("jsse"));
      visitors.awaitServed(10);
      assertEquals("conscrypt", platform.active());

      assertSaid("tls:prepare bouncycastle", "conscrypt → bouncycastle: proved");
      visitors.awaitServed(5);
      assertSaid("tls:commit", "conscrypt → bouncycastle, generation ");
      assertEquals("bouncycastle", platform.active());
      assertSaid("tls:staged", "Nothing is prepared");
      visitors.awaitServed(10);
      assertSaid("tls:swap jsse", "bouncycastle → jsse, generation ");
      assertSaid("tls:prepare jsse drain=often", "'drain=often' is not understood");
      visitors.awaitServed(10);
      assertEquals(List.of(), visitors.failures());
    }
  }

  @Test
  public void aTrialTakesItsShareAndIsCommittedOrAbortedByHand() throws Exception {
    try (Visitors visitors = visitors()) {
      assertSaid("tls:trial jsse 100", "No trial: A trial takes 1 to 99 percent");
      assertSaid("tls:trial jsse 20", "conscrypt → jsse", "on trial with 20 % of new connections");
      assertEquals(CandidateState.TRIAL, platform.state("jsse"));
      assertEquals(CandidateState.ACTIVE, platform.state("conscrypt"));
      long before = platform.stack("conscrypt").handshakes().done();
      visitors.awaitServed(150);
      long tried = platform.stack("jsse").handshakes().done();
      long usual = platform.stack("conscrypt").handshakes().done() - before;
      double share = 100.0 * tried / (tried + usual);
      assertTrue("The share was " + share + " %", share > 10 && share < 30);
      assertSaid("tls:staged", "jsse", "TRIAL", "conscrypt", "ACTIVE", "MEDIAN");
      assertSaid("tls:prepare bouncycastle", "Not prepared: Stack jsse has a share");
      assertSaid("tls:abort", "Aborted: jsse");
      Await.until("it has drained", () -> platform.state("jsse") == CandidateState.STANDBY);
      assertSaid("tls:trial jsse 50", "on trial with 50 %");
      visitors.awaitServed(10);
      assertSaid("tls:commit", "conscrypt → jsse, generation ");
      assertEquals("jsse", platform.active());
      visitors.awaitServed(10);
      assertEquals(List.of(), visitors.failures());
    }
  }

  @Test
  public void aTrialIsCommittedByRule() throws Exception {
    platform.configure(core(Map.of("trial.handshakes", 20, "trial.slower.percent", 100_000)));
    try (Visitors visitors = visitors()) {
      int known = platform.told();
      assertSaid("tls:trial jsse 50 by-rule", "on trial with 50 %");
      platform.awaitEvent(known, StackEventType.ACTIVATED, "jsse was committed by rule: ");
      assertEquals("jsse", platform.active());
      visitors.awaitServed(10);
      assertEquals(List.of(), visitors.failures());
    }
  }

  @Test
  public void aTrialThatDoesWorseIsGivenUp() throws Exception {
    chaos.afterItsProof("handshake die");
    try (Visitors visitors = visitors()) {
      visitors.awaitServed(20);
      int known = platform.told();
      assertSaid("tls:trial chaos 30", "on trial with 30 %");
      platform.awaitEvent(known, StackEventType.ROLLED_BACK, "chaos", "did worse");
      assertEquals("conscrypt", platform.active());
      assertEquals(CandidateState.QUARANTINED, settled("chaos"));
      int failed = visitors.failures().size();
      visitors.awaitServed(30);
      assertEquals(failed, visitors.failures().size());
      assertFalse("The trial saw clients", failed == 0);
    }
  }

  /** Where it stands when its connections have gone. */
  private static CandidateState settled(String stack) throws Exception {
    Await.until("it is drained", () -> platform.state(stack) != CandidateState.DRAINING);
    return platform.state(stack);
  }

  @Test
  public void aCandidateThatFailsItsProofStaysInStandbyWithTheReason() throws Exception {
    chaos.always("prepare refuse");
    try (Visitors visitors = visitors()) {
      String why = "Its library is out of order.";
      for (String command : List.of("tls:prepare chaos", "tls:swap chaos", "tls:trial chaos 20")) {
        int known = platform.told();
        assertSaid(command, "N", why);
        platform.awaitEvent(
            known, StackEventType.PROOF_FAILED, "Stack chaos stays in standby", why);
        assertEquals(CandidateState.STANDBY, platform.state("chaos"));
        String shown = platform.shellLine("tls:stacks", "chaos");
        assertTrue(shown, shown.contains("STANDBY") && shown.contains(why));
        assertEquals("conscrypt", platform.active());
      }
      visitors.awaitServed(10);
      assertEquals(List.of(), visitors.failures());
    }
  }

  @Test
  public void aStackThatFailsEveryRealHandshakeIsLeftWithinSecondsAndInOneSentence()
      throws Exception {
    chaos.afterItsProof("handshake die");
    try (Visitors visitors = visitors()) {
      visitors.awaitServed(30);
      int known = platform.told();
      assertSaid("tls:swap chaos", "conscrypt → chaos, generation ");
      long start = System.nanoTime();
      String said = platform.awaitEvent(known, StackEventType.ROLLED_BACK, "chaos").sentence();
      long took = (System.nanoTime() - start) / 1_000_000;
      assertTrue("It took " + took + " ms", took < 15_000);
      assertTrue(
          said,
          said.matches("Rolled back from stack chaos to conscrypt: [^.]*\\.")
              && said.contains("handshakes failed"));
      assertEquals("conscrypt", platform.active());
      platform.log().await(said);
      assertEquals(CandidateState.QUARANTINED, settled("chaos"));
      assertTrue(platform.stack("chaos").reason().contains("It was rolled back: "));
      assertSaid("tls:events", "ROLLED_BACK", said);
      visitors.awaitCome(4); // Those that were under way.
      int failed = visitors.failures().size();
      visitors.awaitServed(40);
      assertEquals(failed, visitors.failures().size());
    }
  }

  /** Clients that fail by themselves. */
  private static final class Storm {
    private static final byte[] OLD_HELLO = oldHello();

    private final SSLContext stranger;
    private final AtomicInteger turn = new AtomicInteger();

    Storm() throws Exception {
      TestPki other = new TestPki();
      stranger = JdkTls.context(other.authorities(), other.client);
    }

    /** A ClientHello of TLS 1.0, without an extension. */
    private static byte[] oldHello() {
      byte[] suites = {(byte) 0xc0, 0x14, 0x00, 0x35};
      int body = 2 + 32 + 1 + 2 + suites.length + 2;
      ByteBuffer hello = ByteBuffer.allocate(5 + 4 + body);
      hello.put(new byte[] {22, 3, 1}).putShort((short) (4 + body));
      hello.put((byte) 1).put((byte) 0).putShort((short) body);
      hello.put(new byte[] {3, 1}).put(new byte[32]).put((byte) 0);
      hello.putShort((short) suites.length).put(suites).put(new byte[] {1, 0});
      return hello.array();
    }

    void visit() throws IOException {
      switch (turn.getAndIncrement() % 6) {
        case 0 -> send("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII), true);
        case 1 -> send(new byte[0], false);
        case 2 -> send(java.util.Arrays.copyOf(OLD_HELLO, OLD_HELLO.length / 2), false);
        case 3 -> send(OLD_HELLO, true);
        case 4 -> refuse("TLSv1.2");
        default -> refuse("TLSv1.3");
      }
    }

    private static void send(byte[] bytes, boolean waits) throws IOException {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setSoTimeout(5000);
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
        if (waits) {
          socket.getInputStream().readAllBytes();
        }
      }
    }

    /** Does not know our authority. */
    private void refuse(String protocol) throws IOException {
      try (Socket socket = JdkTls.connect(stranger, port, protocol)) {
        throw new AssertionError("It trusts " + socket);
      } catch (javax.net.ssl.SSLException e) {
        // As it should be.
      }
    }
  }

  @Test
  public void failuresThatPeersCauseUndoNoExchange() throws Exception {
    Storm storm = new Storm();
    for (boolean begunBefore : List.of(false, true)) {
      for (String stack : List.of("jsse", "bouncycastle", "conscrypt")) {
        String row = stack + (begunBefore ? ", begun before" : ", begun after");
        platform.stacks().swap(stack.equals("jsse") ? "conscrypt" : "jsse");
        int known = platform.told();
        try (Visitors good = visitors()) {
          good.awaitServed(10);
          Visitors bad = begunBefore ? new Visitors(6, 5, storm::visit) : null;
          if (bad != null) {
            bad.awaitCome(40);
          }
          platform.stacks().swap(stack);
          if (bad == null) {
            bad = new Visitors(6, 5, storm::visit);
          }
          try (Visitors until = bad) {
            until.awaitCome(250);
          }
          good.awaitServed(10);
          assertEquals(row, stack, platform.active());
          assertEquals(row, List.of(), good.failures());
          HandshakesDTO seen = platform.stack(stack).handshakes();
          assertTrue(row + ": " + seen, seen.byPeer() + seen.failed() > 50);
        }
        List<StackEvent> undone =
            new ArrayList<>(
                platform.eventsSince(known).stream()
                    .filter(event -> event.type() == StackEventType.ROLLED_BACK)
                    .toList());
        assertEquals(row, List.of(), undone);
      }
    }
  }

  @Test
  public void opensslClientsThatRefuseOurCertificateUndoNoExchange() throws Exception {
    Tool.assumeInstalled("openssl");
    String wrong =
        platform.file(
            "wrong.pem", io.sallyport.testkit.pki.Pem.certificates(new TestPki().authorities()));
    for (String stack : List.of("jsse", "bouncycastle", "conscrypt")) {
      platform.stacks().swap(stack.equals("jsse") ? "conscrypt" : "jsse");
      int known = platform.told();
      platform.stacks().swap(stack);
      for (int i = 0; i < 30; i++) {
        Tool.Result refused =
            Tool.run(
                "",
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + port,
                "-CAfile",
                wrong,
                "-verify_return_error",
                i % 2 == 0 ? "-tls1_2" : "-tls1_3");
        assertTrue(refused.text(), refused.text().contains("verify error"));
      }
      site.visit(port);
      assertEquals(stack, platform.active());
      assertEquals(
          List.of(),
          platform.eventsSince(known).stream()
              .filter(event -> event.type() == StackEventType.ROLLED_BACK)
              .toList());
    }
  }
}
