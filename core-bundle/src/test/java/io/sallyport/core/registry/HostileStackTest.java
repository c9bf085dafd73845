package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.StackEventType;
import io.sallyport.tls.stack.SwapOptions;
import io.sallyport.tls.stack.TlsStackContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stacks that mean no good, and the moments at which they could do harm. */
@Timeout(60)
class HostileStackTest extends ExchangeFixture {
  private static Policy allowing(String... bundles) {
    return new Policy(
        quick().choice(),
        quick().failover(),
        quick().greedy(),
        new Gate(List.of(bundles), Set.of()),
        quick().exchange(),
        quick().rollback(),
        quick().trial(),
        quick().quarantine(),
        false);
  }

  // ---- the gate closes

  @Test
  void whatIsPreparedCannotBeCommittedAfterTheGateHasClosed() throws Exception {
    FakeStack two = new FakeStack("two");
    begin(new FakeStack("one"), two);
    registry.prepare(Choice.name("two"), SwapOptions.DEFAULT);
    registry.policy(allowing("bundle.one"));
    TlsErrorCode refused = code(() -> registry.commit());
    assertTrue(
        refused == TlsErrorCode.NOT_SUPPORTED || refused == TlsErrorCode.INVALID_STATE,
        refused.toString());
    assertEquals("one", active());
    assertEquals(CandidateState.REFUSED, dto("two").state());
    await(() -> two.openContexts.get() == 0);
  }

  @Test
  void aTrialLosesItsShareWhenTheGateCloses() throws Exception {
    begin(new FakeStack("one"), new FakeStack("two"));
    registry.trial(Choice.name("two"), 99, SwapOptions.DEFAULT.committedByRule());
    registry.policy(allowing("bundle.one"));
    await(() -> registry.staged().isEmpty());
    for (int i = 0; i < 50; i++) {
      assertEquals("one", connect());
    }
    assertEquals(CandidateState.REFUSED, dto("two").state());
  }

  @Test
  void aStackThatIsRefusedDuringItsProofDoesNotBecomeActive() throws Exception {
    CountDownLatch proving = new CountDownLatch(1);
    CompletableFuture<Void> closed = new CompletableFuture<>();
    begin(
        new FakeStack("one"),
        new FakeStack("two") {
          @Override
          public TlsStackContext prepare(TlsConfig given) throws TlsException {
            proving.countDown();
            closed.join();
            return super.prepare(given);
          }
        });
    CompletableFuture<TlsErrorCode> swap =
        CompletableFuture.supplyAsync(
            () -> code(() -> registry.swap(Choice.name("two"), SwapOptions.DEFAULT)));
    proving.await();
    registry.policy(allowing("bundle.one"));
    closed.complete(null);
    assertEquals(TlsErrorCode.NOT_SUPPORTED, swap.get(20, TimeUnit.SECONDS));
    assertEquals("one", active());
    assertEquals(CandidateState.REFUSED, dto("two").state());
    registry.policy(quick());
    await(() -> dto("two").state() == CandidateState.STANDBY);
  }

  // ---- failures that hide

  private void assertRolledBack(FakeStack bad) throws Exception {
    begin(new FakeStack("one"), bad);
    connectUntil(() -> dto("one").handshakes().done() > 20);
    registry.swap(Choice.name(bad.name()), SwapOptions.DEFAULT);
    while (!active().equals("one")) {
      try (TlsHandle handle = open()) {
        handle.handshake();
        handle.read(ByteBuffer.allocate(8));
      } catch (TlsException e) {
        // That is what is counted.
      }
      Thread.sleep(2);
    }
    await(() -> events.has(StackEventType.ROLLED_BACK, "Rolled back from stack"));
  }

  @Test
  void aStackThatGivesNoHandlesIsRolledBack() throws Exception {
    assertRolledBack(
        new FakeStack("two") {
          @Override
          void beforeHandle(Peer peer) throws TlsException {
            if (peer.equals(PEER)) {
              throw new TlsException(TlsErrorCode.SSL_SETUP_FAILED, "Not today.");
            }
          }
        });
  }

  @Test
  void aStackThatBlamesThePeersForEverythingIsRolledBack() throws Exception {
    assertRolledBack(
        new FakeStack("two") {
          @Override
          Progress shake(Peer peer) throws TlsException {
            if (peer.equals(PEER)) {
              throw new TlsException(TlsErrorCode.SSL_HANDSHAKE_FAILED, "Yours.").blamingPeer();
            }
            return Progress.DONE;
          }
        });
  }

  @Test
  void aStackThatBlamesADeviceWhereThereIsNoneIsRolledBack() throws Exception {
    assertRolledBack(
        new FakeStack("two") {
          @Override
          Progress shake(Peer peer) throws TlsException {
            if (peer.equals(PEER)) {
              throw new TlsException(TlsErrorCode.SE_FAILED, "The device.");
            }
            return Progress.DONE;
          }
        });
  }

  @Test
  void aStackWhoseConnectionsCarryNothingIsRolledBack() throws Exception {
    assertRolledBack(
        new FakeStack("two") {
          @Override
          int answer(Peer peer, int count) throws TlsException {
            if (peer.equals(PEER)) {
              throw new TlsException(TlsErrorCode.SSL_READ_FAILED, "No.");
            }
            return count;
          }
        });
  }

  @Test
  void anOperatorsMistakeDoesNotEndTheComparison() throws Exception {
    begin(
        new FakeStack("one"),
        new FakeStack("two") {
          @Override
          Progress shake(Peer peer) throws TlsException {
            if (peer.equals(PEER)) {
              throw new TlsException(TlsErrorCode.SSL_HANDSHAKE_FAILED, "It does not work.");
            }
            return Progress.DONE;
          }
        },
        new FakeStack("three"));
    connectUntil(() -> dto("one").handshakes().done() > 20);
    registry.swap(Choice.name("two"), SwapOptions.DEFAULT);
    connectUntil(() -> events.has(StackEventType.SUSPECTED, "takes half"));
    assertEquals(
        TlsErrorCode.INVALID_ARG,
        code(() -> registry.prepare(Choice.name("nobody"), SwapOptions.DEFAULT)));
    await(() -> registry.staged().isEmpty());
    if (active().equals("two")) { // The comparison may have come to its end by now.
      assertEquals(
          TlsErrorCode.INVALID_STATE,
          code(() -> registry.trial(Choice.name("three"), 10, SwapOptions.DEFAULT)));
    }
    connectUntil(() -> active().equals("one"));
    await(() -> events.has(StackEventType.ROLLED_BACK, "Rolled back from stack two to one"));
  }

  @Test
  void aSuspectedStackStaysWhenItIsChosenByHand() throws Exception {
    begin(
        new FakeStack("one"),
        new FakeStack("two") {
          @Override
          Progress shake(Peer peer) throws TlsException {
            if (peer.equals(PEER)) {
              throw new TlsException(TlsErrorCode.SSL_HANDSHAKE_FAILED, "It does not work.");
            }
            return Progress.DONE;
          }
        });
    connectUntil(() -> dto("one").handshakes().done() > 20);
    registry.swap(Choice.name("two"), SwapOptions.DEFAULT);
    connectUntil(() -> events.has(StackEventType.SUSPECTED, "takes half"));
    registry.swap(Choice.name("two"), SwapOptions.DEFAULT);
    for (int i = 0; i < 100; i++) {
      assertEquals("", connect());
    }
    assertEquals("two", active());
    assertFalse(events.lines.contains("ROLLED_BACK two"));
  }

  // ---- the proof

  @Test
  void aProofWithoutAHandshakeIsNone() throws Exception {
    begin(
        new FakeStack("one"),
        new FakeStack("server") {
          @Override
          public Capabilities capabilities() {
            return Capabilities.builder()
                .with(TlsVersion.TLS_1_3, Role.SERVER, Feature.HANDSHAKE)
                .build();
          }
        });
    registry.release("route web", config);
    assertEquals(
        TlsErrorCode.SSL_SETUP_FAILED,
        code(() -> registry.swap(Choice.name("server"), SwapOptions.DEFAULT)));
    assertTrue(dto("server").reason().contains("no handshake"), dto("server").reason());
  }

  @Test
  void aStackThatIsTooSlowForAnEventLoopFailsItsProof() throws Exception {
    registry.policy(Policy.DEFAULT);
    begin(
        new FakeStack("one"),
        new FakeStack("slow") {
          @Override
          Progress shake(Peer peer) {
            LockSupport.parkNanos(1_100_000_000);
            return Progress.DONE;
          }
        });
    TlsException refused =
        assertThrows(
            TlsException.class, () -> registry.swap(Choice.name("slow"), SwapOptions.DEFAULT));
    assertEquals(TlsErrorCode.TIMEOUT, refused.code());
    assertTrue(refused.getMessage().contains("ms, twice"), refused.getMessage());
  }

  @Test
  void theActiveStackCannotPreventItsOwnReplacement() throws Exception {
    AtomicBoolean stubborn = new AtomicBoolean();
    begin(
        new FakeStack("one") {
          @Override
          public Capabilities capabilities() {
            if (stubborn.get()) {
              throw new IllegalStateException("I will not go.");
            }
            return super.capabilities();
          }
        },
        new FakeStack("two"));
    connect();
    stubborn.set(true);
    assertEquals("two", registry.swap(Choice.name("two"), SwapOptions.DEFAULT).to());
  }

  /** What cannot even be described. */
  private static final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }

    @Override
    public String toString() {
      throw new IllegalStateException("no name");
    }
  }

  @Test
  void anErrorThatCannotBeDescribedEndsItsOwnProofOnly() throws Exception {
    add(
        new FakeStack("unspeakable") {
          @Override
          public TlsStackContext prepare(TlsConfig given) {
            throw new Unspeakable();
          }
        },
        100);
    add(new FakeStack("one"), 1);
    awaitActive("one");
    assertTrue(dto("unspeakable").reason().contains("Unspeakable"), dto("unspeakable").reason());
    assertEquals(CandidateState.STANDBY, dto("unspeakable").state());
  }

  @Test
  void anErrorThatCannotBeDescribedEndsItsOwnConnectionOnly() throws Exception {
    begin(
        new FakeStack("one"),
        new FakeStack("two") {
          @Override
          Progress shake(Peer peer) {
            if (peer.equals(PEER)) {
              throw new Unspeakable();
            }
            return Progress.DONE;
          }
        });
    registry.swap(Choice.name("two"), SwapOptions.DEFAULT);
    assertEquals("", connect());
    assertEquals("two", connect(SCANNER));
  }

  // ---- configurations

  private static TlsConfig another() throws TlsException {
    return ClientConfig.builder()
        .authorities(List.of(CertificateAuthority.root("CN=another").authorityCertificate()))
        .build();
  }

  @Test
  void aConfigurationThatHangsHoldsUpNobodyElse() throws Exception {
    TlsConfig good = another();
    CompletableFuture<Void> never = new CompletableFuture<>();
    FakeStack one = new FakeStack("one");
    begin(
        one,
        new FakeStack("hanging") {
          @Override
          public TlsStackContext prepare(TlsConfig given) throws TlsException {
            if (given == config) {
              never.join();
            }
            return super.prepare(given);
          }
        });
    registry.use("route good", good);
    registry.remove(one, null);
    awaitActive("hanging");
    assertTrue(events.has(StackEventType.CONFIGURATION_FAILED, "route web"));
    assertEquals(TlsErrorCode.TIMEOUT, code(() -> open()));
    registry.open(good, PEER, peer(true), () -> {}, java.util.Optional.empty()).close();
    add(new FakeStack("better"), 100);
    awaitActive("better");
    assertEquals("better", connect());
    never.complete(null);
  }

  @Test
  void aTrialIsCommittedOnlyIfItCanServeWhatCameSince() throws Exception {
    TlsConfig late = another();
    begin(
        new FakeStack("one"),
        new FakeStack("two") {
          @Override
          public TlsStackContext prepare(TlsConfig given) throws TlsException {
            if (given == late) {
              throw new TlsException(TlsErrorCode.SSL_SETUP_FAILED, "Not that one.");
            }
            return super.prepare(given);
          }
        });
    registry.trial(Choice.name("two"), 50, SwapOptions.DEFAULT.committedByRule());
    registry.use("route late", late);
    connectUntil(() -> events.has(StackEventType.ABORTED, "cannot be committed"));
    assertEquals("one", active());
    assertFalse(registry.staged().isPresent());
  }
}
