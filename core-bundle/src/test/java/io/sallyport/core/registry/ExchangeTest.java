package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.StackEventType;
import io.sallyport.tls.stack.StagedSwap;
import io.sallyport.tls.stack.SwapOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Prepare, try, commit, give up, go back; and what a broken stack may not break. */
@Timeout(60)
class ExchangeTest extends ExchangeFixture {
  // ---- prepare, commit, abort

  @Test
  void whatIsPreparedChangesNothingUntilItsCommit() throws Exception {
    FakeStack one = new FakeStack("one");
    FakeStack two = new FakeStack("two");
    begin(one, two);
    StagedSwap staged = registry.prepare(Choice.name("two"), SwapOptions.DEFAULT);
    assertEquals("two", staged.to());
    assertEquals(Optional.of("one"), staged.from());
    assertEquals(1, staged.configurations());
    assertEquals("one", connect());
    assertEquals(CandidateState.PREPARED, dto("two").state());
    assertEquals("two", registry.commit().to());
    assertEquals("two", connect());
    assertEquals(Optional.empty(), registry.staged());
    assertEquals(TlsErrorCode.INVALID_STATE, code(() -> registry.commit()));
  }

  @Test
  void whatIsAbortedLeavesNothingBehind() throws Exception {
    FakeStack two = new FakeStack("two");
    begin(new FakeStack("one"), two);
    registry.prepare(Choice.name("two"), SwapOptions.DEFAULT);
    assertEquals(1, two.openContexts.get());
    registry.abort();
    assertEquals(0, two.openContexts.get());
    assertEquals(CandidateState.STANDBY, dto("two").state());
    assertEquals(TlsErrorCode.INVALID_STATE, code(() -> registry.abort()));
  }

  @Test
  void aConfigurationThatCameAfterThePreparationIsProvedBeforeTheCommit() throws Exception {
    AtomicBoolean refuses = new AtomicBoolean();
    FakeStack two =
        new FakeStack("two") {
          @Override
          public io.sallyport.tls.stack.TlsStackContext prepare(TlsConfig given)
              throws TlsException {
            if (refuses.get()) {
              throw new TlsException(TlsErrorCode.SSL_SETUP_FAILED, "It cannot.");
            }
            return super.prepare(given);
          }
        };
    begin(new FakeStack("one"), two);
    registry.prepare(Choice.name("two"), SwapOptions.DEFAULT);
    registry.use("route late", config());
    refuses.set(true);
    assertEquals(TlsErrorCode.SSL_SETUP_FAILED, code(() -> registry.commit()));
    assertEquals("one", active());
    assertTrue(dto("two").reason().contains("It cannot."), dto("two").reason());
    await(() -> two.openContexts.get() == 0);
  }

  @Test
  void aPreparedStackThatVanishesCannotBeCommitted() throws Exception {
    FakeStack two = new FakeStack("two");
    begin(new FakeStack("one"), two);
    registry.prepare(Choice.name("two"), SwapOptions.DEFAULT);
    registry.remove(two, null);
    assertEquals(TlsErrorCode.INVALID_STATE, code(() -> registry.commit()));
    assertEquals(0, two.openContexts.get());
    assertEquals("one", active());
  }

  @Test
  void aProofThatTakesTooLongLeavesTheActiveStackAlone() throws Exception {
    CompletableFuture<Void> never = new CompletableFuture<>();
    FakeStack slow =
        new FakeStack("slow") {
          @Override
          public io.sallyport.tls.stack.TlsStackContext prepare(TlsConfig given)
              throws TlsException {
            never.join();
            return super.prepare(given);
          }
        };
    begin(new FakeStack("one"), slow);
    assertEquals(
        TlsErrorCode.TIMEOUT,
        code(() -> registry.prepare(Choice.name("slow"), SwapOptions.DEFAULT)));
    assertEquals("one", connect());
    assertEquals(CandidateState.STANDBY, dto("slow").state());
    assertTrue(dto("slow").reason().contains("did not finish its proof"), dto("slow").reason());
    never.complete(null);
  }

  @Test
  void aStackThatDoesNotEncryptFailsItsProof() throws Exception {
    FakeStack plain = new FakeStack("plain", (byte) 0);
    begin(new FakeStack("one"), plain);
    TlsException refused =
        assertThrows(
            TlsException.class, () -> registry.swap(Choice.name("plain"), SwapOptions.DEFAULT));
    assertTrue(refused.getMessage().contains("without encryption"), refused.getMessage());
    assertEquals("one", active());
  }

  // ---- trial

  @Test
  void aTrialGetsItsShareAndItsCommitKeepsItsConnections() throws Exception {
    begin(new FakeStack("one"), new FakeStack("two"));
    registry.trial(Choice.name("two"), 30, SwapOptions.DEFAULT);
    int tried = 0;
    List<TlsHandle> held = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      TlsHandle handle = open();
      handle.handshake();
      tried += handle.provenance().orElseThrow().stack().equals("two") ? 1 : 0;
      held.add(handle);
    }
    assertTrue(tried > 200 && tried < 400, "of 1000: " + tried);
    assertEquals(CandidateState.TRIAL, dto("two").state());
    assertEquals(tried, dto("two").connections());
    assertEquals("two", registry.commit().to());
    assertEquals(tried, dto("two").connections());
    assertEquals(1000 - tried, dto("one").draining());
    held.forEach(TlsHandle::close);
    await(() -> dto("one").draining() == 0);
  }

  @Test
  void anAbortedTrialDrainsAndItsCandidateStandsBy() throws Exception {
    FakeStack two = new FakeStack("two");
    begin(new FakeStack("one"), two);
    registry.trial(Choice.name("two"), 99, SwapOptions.DEFAULT);
    connectUntil(() -> dto("two").handshakes().done() > 0);
    registry.abort();
    assertEquals("one", connect());
    await(() -> dto("two").state() == CandidateState.STANDBY);
    await(() -> two.openContexts.get() == 0);
    assertEquals(0, two.misuse.get());
  }

  @Test
  void aTrialThatDoesWellIsCommittedByRule() throws Exception {
    begin(new FakeStack("one"), new FakeStack("two"));
    registry.trial(Choice.name("two"), 50, SwapOptions.DEFAULT.committedByRule());
    connectUntil(() -> active().equals("two"));
    await(() -> events.has(StackEventType.ACTIVATED, "committed by rule"));
  }

  @Test
  void aTrialThatDoesWorseIsGivenUpByItself() throws Exception {
    begin(new FakeStack("one"), new FailingStack("two"));
    registry.trial(Choice.name("two"), 50, SwapOptions.DEFAULT);
    connectUntil(() -> dto("two").state() == CandidateState.QUARANTINED);
    assertEquals("one", active());
    await(() -> events.has(StackEventType.ROLLED_BACK, "handshakes failed"));
    assertEquals(Optional.empty(), registry.staged());
  }

  @Test
  void aTrialTakesOverWhenTheActiveStackVanishes() throws Exception {
    FakeStack one = new FakeStack("one");
    begin(one, new FakeStack("two"), new FakeStack("three"));
    registry.trial(Choice.name("three"), 10, SwapOptions.DEFAULT);
    registry.remove(one, null);
    assertEquals("three", active());
  }

  private void policyOfTrial(Policy.Trial trial) {
    registry.policy(
        new Policy(
            quick().choice(),
            quick().failover(),
            quick().greedy(),
            quick().gate(),
            quick().exchange(),
            quick().rollback(),
            trial,
            quick().quarantine(),
            false));
  }

  @Test
  void aTrialThatIsSlowerIsGivenUpByRule() throws Exception {
    policyOfTrial(new Policy.Trial(10, 0.1, 1, Duration.ofSeconds(20)));
    begin(
        new FakeStack("one"),
        new FakeStack("two") {
          @Override
          Progress shake(Peer peer) {
            if (peer.equals(PEER)) {
              LockSupport.parkNanos(20_000_000);
            }
            return Progress.DONE;
          }
        });
    registry.trial(Choice.name("two"), 50, SwapOptions.DEFAULT.committedByRule());
    connectUntil(() -> registry.staged().isEmpty());
    assertEquals("one", active());
    assertTrue(events.has(StackEventType.ROLLED_BACK, "its median handshake took"));
  }

  @Test
  void aTrialThatSeesTooLittleIsGivenUpAtItsDeadline() throws Exception {
    policyOfTrial(new Policy.Trial(1_000_000, 0.1, 50, Duration.ofMillis(300)));
    begin(new FakeStack("one"), new FakeStack("two"));
    registry.trial(Choice.name("two"), 50, SwapOptions.DEFAULT.committedByRule());
    connectUntil(() -> registry.staged().isEmpty());
    assertEquals("one", active());
    assertTrue(events.has(StackEventType.ROLLED_BACK, "it saw only"));
  }

  @Test
  void anExchangeMayHaveADrainDeadlineOfItsOwn() throws Exception {
    registry.policy(quick().withDrainDeadline(Duration.ofHours(1)));
    begin(new FakeStack("one"), new FakeStack("two"));
    CompletableFuture<Void> told = new CompletableFuture<>();
    TlsHandle handle =
        registry.open(config, PEER, peer(true), () -> told.complete(null), Optional.empty());
    handle.handshake();
    registry.swap(Choice.name("two"), SwapOptions.DEFAULT.withDrainDeadline(Duration.ofMillis(50)));
    told.get(20, TimeUnit.SECONDS);
    handle.close();
  }

  // ---- rollback

  /** Passes its proof, which is in memory, and fails with every real peer. */
  private static final class FailingStack extends FakeStack {
    FailingStack(String name) {
      super(name);
    }

    @Override
    Progress shake(Peer peer) throws TlsException {
      if (peer.equals(PEER)) {
        throw new TlsException(TlsErrorCode.SSL_HANDSHAKE_FAILED, "It does not work.");
      }
      return Progress.DONE;
    }
  }

  @Test
  void thePlatformGoesBackWhenHandshakesFailOnTheNewStackOnly() throws Exception {
    begin(new FakeStack("one"), new FailingStack("two"));
    connectUntil(() -> dto("one").handshakes().done() > 20);
    registry.swap(Choice.name("two"), SwapOptions.DEFAULT);
    connectUntil(() -> active().equals("one"));
    await(() -> events.has(StackEventType.ROLLED_BACK, "Rolled back from stack two to one"));
    await(() -> dto("two").state() == CandidateState.QUARANTINED);
    assertTrue(dto("two").reason().contains("rolled back"), dto("two").reason());
    for (int i = 0; i < 50; i++) {
      assertEquals("one", connect());
    }
    registry.readmit("two");
    assertEquals(CandidateState.STANDBY, dto("two").state());
    assertEquals("one", active());
  }

  /** A new stack and the old one meet the same storm: it is the peers. */
  @Test
  void failuresThatTheFormerStackHasTooDoNotTriggerARollback() throws Exception {
    AtomicBoolean storm = new AtomicBoolean();
    begin(new StormStack("one", storm), new StormStack("two", storm));
    connectUntil(() -> dto("one").handshakes().done() > 20);
    registry.swap(Choice.name("two"), SwapOptions.DEFAULT);
    storm.set(true);
    connectUntil(() -> events.has(StackEventType.SUSPECTED, "stays active"));
    assertEquals("two", active());
    assertFalse(events.lines.contains("ROLLED_BACK two"));
  }

  /** Every handshake with a real peer fails while there is a storm, on each of them. */
  private static final class StormStack extends FakeStack {
    private final AtomicBoolean storm;

    StormStack(String name, AtomicBoolean storm) {
      super(name);
      this.storm = storm;
    }

    @Override
    Progress shake(Peer peer) throws TlsException {
      if (storm.get() && peer.equals(PEER)) {
        throw new TlsException(TlsErrorCode.SSL_HANDSHAKE_FAILED, "A storm.");
      }
      return Progress.DONE;
    }
  }

  @Test
  void whatOnlyThePeerDidCountsForNothing() throws Exception {
    begin(
        new FakeStack("one"),
        new FakeStack("two") {
          @Override
          Progress shake(Peer peer) throws TlsException {
            if (peer.equals(SCANNER)) {
              throw new TlsException(TlsErrorCode.SSL_HANDSHAKE_FAILED, "No TLS.").blamingPeer();
            }
            return Progress.DONE;
          }
        });
    registry.swap(Choice.name("two"), SwapOptions.DEFAULT);
    connectUntil(
        () -> {
          connect(SCANNER);
          return dto("two").handshakes().byPeer() > 100;
        });
    assertEquals(0, dto("two").handshakes().failed());
    assertFalse(events.lines.contains("SUSPECTED two"));
    assertEquals("two", active());
  }

  @Test
  void aStackThatBlocksIsRolledBack() throws Exception {
    CompletableFuture<Void> never = new CompletableFuture<>();
    begin(
        new FakeStack("one"),
        new FakeStack("two") {
          @Override
          Progress shake(Peer peer) throws TlsException {
            if (peer.equals(PEER)) {
              never.join();
            }
            return Progress.DONE;
          }
        });
    registry.swap(Choice.name("two"), SwapOptions.DEFAULT);
    CompletableFuture<String> blocked = CompletableFuture.supplyAsync(this::connect);
    awaitActive("one");
    await(() -> events.has(StackEventType.ROLLED_BACK, "has not returned"));
    never.complete(null);
    assertEquals("two", blocked.get(10, TimeUnit.SECONDS));
  }

  @Test
  void aStackThatGivesNoHandleIsRolledBack() throws Exception {
    CompletableFuture<Void> never = new CompletableFuture<>();
    begin(
        new FakeStack("one"),
        new FakeStack("two") {
          @Override
          void beforeHandle(Peer peer) {
            if (peer.equals(PEER)) {
              never.join();
            }
          }
        });
    registry.swap(Choice.name("two"), SwapOptions.DEFAULT);
    CompletableFuture<String> blocked = CompletableFuture.supplyAsync(this::connect);
    awaitActive("one");
    never.complete(null);
    assertEquals("two", blocked.get(10, TimeUnit.SECONDS));
  }

  @Test
  void aStackThatSleepsIsWokenAndRolledBackWhenItDoesSoAgain() throws Exception {
    begin(
        new FakeStack("one"),
        new FakeStack("two") {
          @Override
          Progress shake(Peer peer) throws TlsException {
            if (peer.equals(PEER)) {
              try {
                Thread.sleep(600_000);
              } catch (InterruptedException e) {
                throw new TlsException(TlsErrorCode.FAIL, "Woken.", e);
              }
            }
            return Progress.DONE;
          }
        });
    registry.swap(Choice.name("two"), SwapOptions.DEFAULT);
    assertEquals("", connect());
    assertFalse(Thread.currentThread().isInterrupted());
    await(() -> events.has(StackEventType.STACK_FAULT, "so its thread was interrupted"));
    assertEquals("two", active());
    assertEquals("", connect());
    awaitActive("one");
    await(() -> events.has(StackEventType.ROLLED_BACK, "did not return until interrupted"));
    assertFalse(Thread.currentThread().isInterrupted());
  }

  // ---- a broken stack

  private void assertBreaks(String operation, FakeStack broken, Use use) throws Exception {
    begin(new FakeStack("one"), broken);
    registry.swap(Choice.name(broken.name()), SwapOptions.DEFAULT);
    try (TlsHandle handle = open()) {
      TlsException error = assertThrows(TlsException.class, () -> use.of(handle));
      assertEquals(TlsErrorCode.FAIL, error.code());
      assertTrue(error.getMessage().contains("'" + operation + "'"), error.getMessage());
      assertEquals(TlsErrorCode.FAIL, code(() -> handle.read(ByteBuffer.allocate(1))));
    }
    await(() -> events.has(StackEventType.STACK_FAULT, operation));
    assertEquals(1, dto(broken.name()).handshakes().faults());
    assertEquals(0, dto(broken.name()).connections());
  }

  private interface Use {
    void of(TlsHandle handle) throws IOException;
  }

  @Test
  void aThrownErrorCostsTheConnectionConcerned() throws Exception {
    assertBreaks(
        "handshake",
        new FakeStack("two") {
          @Override
          Progress shake(Peer peer) {
            if (peer.equals(PEER)) {
              throw new NoClassDefFoundError("gone");
            }
            return Progress.DONE;
          }
        },
        TlsHandle::handshake);
  }

  @Test
  void aCheckedExceptionThatNobodyDeclaredCostsTheConnectionConcerned() throws Exception {
    assertBreaks(
        "handshake",
        new FakeStack("two") {
          @Override
          Progress shake(Peer peer) {
            if (peer.equals(PEER)) {
              throw sneaky(new InterruptedException("sneaky"));
            }
            return Progress.DONE;
          }
        },
        TlsHandle::handshake);
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> RuntimeException sneaky(Throwable error) throws T {
    throw (T) error;
  }

  @Test
  @SuppressWarnings("NullAway")
  void aNullCostsTheConnectionConcerned() throws Exception {
    assertBreaks(
        "handshake",
        new FakeStack("two") {
          @Override
          Progress shake(Peer peer) {
            return peer.equals(PEER) ? null : Progress.DONE;
          }
        },
        TlsHandle::handshake);
  }

  @Test
  void nonsenseLengthsCostTheConnectionConcerned() throws Exception {
    assertBreaks(
        "read",
        new FakeStack("two") {
          @Override
          int answer(Peer peer, int count) {
            return peer.equals(PEER) ? 70_000 : count;
          }
        },
        handle -> {
          handle.handshake();
          handle.read(ByteBuffer.allocate(100));
        });
  }

  // ---- failover and quarantine

  @Test
  void anotherStackStandsInWhileTheChosenOneIsAwayAndGoesWhenItIsBack() throws Exception {
    FakeStack chosen = new FakeStack("chosen");
    registry.policy(quick().withChoice(Choice.name("chosen")));
    begin(chosen, new FakeStack("other"));
    registry.remove(chosen, null);
    assertEquals("other", active());
    assertTrue(events.has(StackEventType.FAILED_OVER, "other stands in"), events.lines.toString());
    add(chosen, 10);
    awaitActive("chosen");
  }

  @Test
  void aReluctantPlatformKeepsTheOneThatStandsIn() throws Exception {
    FakeStack chosen = new FakeStack("chosen");
    registry.policy(quick().withChoice(Choice.name("chosen")).withGreedy(false));
    begin(chosen, new FakeStack("other"));
    registry.remove(chosen, null);
    assertEquals("other", active());
    add(chosen, 10);
    Thread.sleep(300); // Longer than the settling time: nothing must happen.
    assertEquals("other", active());
    registry.policy(quick().withGreedy(false).withChoice(Choice.name("other")));
    registry.policy(quick().withGreedy(false).withChoice(Choice.name("chosen")));
    awaitActive("chosen");
  }

  @Test
  void withoutFailoverThereIsRatherNoStack() throws Exception {
    FakeStack chosen = new FakeStack("chosen");
    registry.policy(
        withFailover(
            quick().withChoice(Choice.name("chosen")), new Choice("none", candidate -> false)));
    begin(chosen, new FakeStack("other"));
    registry.remove(chosen, null);
    assertEquals("", active());
    assertTrue(events.has(StackEventType.NOTHING_ACTIVE, "take over from chosen"));
  }

  @Test
  void aStackThatFlapsIsKeptOutForAWhile() throws Exception {
    FakeStack flapping = new FakeStack("flapping");
    begin(flapping, new FakeStack("calm"));
    for (int i = 0; i < 3; i++) {
      awaitActive("flapping");
      registry.remove(flapping, null);
      assertEquals("calm", active());
      add(flapping, 10);
    }
    assertEquals(CandidateState.QUARANTINED, dto("flapping").state());
    assertEquals("calm", active());
    assertTrue(events.has(StackEventType.QUARANTINED, "3 times"));
    awaitActive("flapping"); // Its time is over.
  }

  @Test
  void aQuarantineEndsWithASwapByHand() throws Exception {
    FakeStack flapping = new FakeStack("flapping");
    begin(flapping, new FakeStack("calm"));
    for (int i = 0; i < 3; i++) {
      awaitActive("flapping");
      registry.remove(flapping, null);
      add(flapping, 10);
    }
    assertEquals("flapping", registry.swap(Choice.name("flapping"), SwapOptions.DEFAULT).to());
  }

  // ---- a bundle that stops

  @Test
  void theEndOfAStackWaitsForItsConnectionsAndThenTellsTheirOwners() throws Exception {
    FakeStack one = new FakeStack("one");
    begin(one, new FakeStack("two"));
    CompletableFuture<Void> told = new CompletableFuture<>();
    TlsHandle handle =
        registry.open(config, PEER, peer(true), () -> told.complete(null), Optional.empty());
    handle.handshake();
    Thread owner =
        new Thread(
            () -> {
              told.join();
              handle.close();
            });
    owner.start();
    registry.remove(one, null);
    assertTrue(told.isDone());
    assertEquals(0, one.openContexts.get());
    assertEquals(0, one.misuse.get());
    owner.join();
  }

  @Test
  void whatDoesNotEndInTimeNeverReachesTheStackAgain() throws Exception {
    FakeStack one = new FakeStack("one");
    begin(one, new FakeStack("two"));
    TlsHandle handle = open();
    handle.handshake();
    registry.remove(one, Duration.ZERO);
    TlsException gone = assertThrows(TlsException.class, () -> handle.read(ByteBuffer.allocate(1)));
    assertEquals(TlsErrorCode.INVALID_STATE, gone.code());
    assertTrue(gone.getMessage().contains("has been stopped"), gone.getMessage());
    handle.close();
    await(() -> one.openContexts.get() == 0);
  }

  @Test
  void aStackWithoutConnectionsGoesAtOnce() throws Exception {
    FakeStack one = new FakeStack("one");
    registry.policy(quick().withDrainDeadline(Duration.ofMinutes(10)));
    begin(one, new FakeStack("two"));
    connect();
    registry.remove(one, null);
    assertEquals("two", active());
  }

  // ---- the gate

  @Test
  void aStackThatTheGateKeepsOutIsNeverAskedAnythingAndMayPassLater() throws Exception {
    begin(new FakeStack("one"));
    Policy guarded =
        new Policy(
            Choice.ANY,
            Choice.ANY,
            true,
            new Gate(List.of("bundle.one"), Set.of()),
            quick().exchange(),
            quick().rollback(),
            quick().trial(),
            quick().quarantine(),
            false);
    registry.policy(guarded);
    FakeStack hostile = add(new FakeStack("hostile"), Integer.MAX_VALUE);
    assertEquals(CandidateState.REFUSED, dto("hostile").state());
    assertTrue(events.has(StackEventType.REFUSED, "allowed.stacks"));
    TlsException refused =
        assertThrows(
            TlsException.class, () -> registry.swap(Choice.name("hostile"), SwapOptions.DEFAULT));
    assertTrue(refused.getMessage().contains("allowed.stacks"), refused.getMessage());
    assertEquals("one", active());
    assertEquals(0, hostile.openContexts.get());
    registry.policy(quick());
    awaitActive("hostile");
    registry.policy(guarded);
    awaitActive("one");
    await(() -> dto("hostile").state() == CandidateState.REFUSED);
  }
}
