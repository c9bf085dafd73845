package io.sallyport.core.registry;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.StackEventType;
import io.sallyport.tls.stack.SwapOptions;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the active stack after an exchange, and at what is on trial, and does what the
 * comparison asks for: go back, give up, commit. All that changes the watch needs the registry's
 * permit.
 */
final class Watchman {
  private static final int CONTROL_PERCENT = 50;

  private final Roster roster;
  private final Configurations configurations;
  private final EventLog events;
  private final Succession succession;
  private final ExchangePermit permit;
  private final ProofRunner proofs;
  private final Supplier<Policy> policy;
  private final Recent handshakes = new Recent();

  /** The one activation that is looked at. */
  private volatile @Nullable Watch watch;

  /** What was found is being done something about, on another thread: that may take a proof. */
  private final AtomicBoolean acting = new AtomicBoolean();

  Watchman(
      Roster roster,
      Configurations configurations,
      EventLog events,
      Succession succession,
      ExchangePermit permit,
      ProofRunner proofs,
      Supplier<Policy> policy) {
    this.roster = roster;
    this.configurations = configurations;
    this.events = events;
    this.succession = succession;
    this.permit = permit;
    this.proofs = proofs;
    this.policy = policy;
  }

  /** What the handshakes of the active stack came to lately. */
  HandshakeCounts lately() {
    Generation main = succession.main();
    return main == null ? HandshakeCounts.NONE : handshakes.of(main);
  }

  /** From now on the new active stack is compared with what the former one came to. */
  void watchExchange(@Nullable Generation former, HandshakeCounts before) {
    Generation now = succession.main();
    Policy rules = policy.get();
    watch =
        former == null || now == null || now == former || !rules.rollback().enabled()
            ? null
            : Watch.afterExchange(now, former.candidate(), before, rules, System.nanoTime());
  }

  /** From now on what is on trial is compared with the active stack. */
  void watchTrial(SwapOptions options) {
    Selection now = succession.selection();
    watch =
        Watch.trial(
            Objects.requireNonNull(now.trial()),
            Objects.requireNonNull(now.main()),
            policy.get(),
            options,
            System.nanoTime());
  }

  /** A stack's bundle goes: nothing of it may be held, and there is no way back to it. */
  void forget(Candidate candidate) {
    handshakes.forget(candidate);
    Watch watching = watch;
    if (watching != null && watching.concerns(candidate)) {
      watch = null;
    }
  }

  /** The trial was ended by hand. */
  void endTrial() {
    Watch watching = watch;
    if (watching != null && watching.kind() == Watch.Kind.TRIAL) {
      watch = null;
    }
  }

  /**
   * Looks at the active stack, at what is on trial, and at the calls into any. On the registry's
   * own thread.
   */
  void look() {
    try {
      Generation main = succession.main();
      long now = System.nanoTime();
      succession.inService().forEach(generation -> generation.lookAtCalls(now));
      if (main != null) {
        handshakes.sample(main, now, policy.get().rollback().window().toNanos());
      }
      Watch watching = watch;
      if (watching == null || acting.get()) {
        return;
      }
      Watch.Finding finding = watching.look(now);
      if (finding.action() != Watch.Action.NONE) {
        acting.set(true);
        proofs.execute(() -> actIfFree(watching, finding));
      }
    } catch (Throwable e) { // One look that fails must not be the last one.
      acting.set(false);
      sayFailed(e);
    }
  }

  private void actIfFree(Watch watching, Watch.Finding finding) {
    try {
      permit.ifFree(
          () -> {
            if (watch == watching) {
              act(watching, finding);
            }
          });
    } catch (Throwable e) {
      sayFailed(e);
    } finally {
      acting.set(false);
    }
  }

  private void sayFailed(Throwable e) {
    events.say(
        StackEventType.STACK_FAULT,
        null,
        0,
        "The watch over the active stack failed: " + Failures.describe(e));
  }

  private void act(Watch watching, Watch.Finding finding) {
    switch (finding.action()) {
      case SUSPECT -> suspect(watching, finding.why());
      case ACQUIT -> acquit(watching, finding.why());
      case ROLL_BACK -> rollBack(watching, finding.why());
      case GIVE_UP -> {
        watch = null;
        succession.endTrial(
            StackEventType.ROLLED_BACK,
            CandidateState.QUARANTINED,
            sentence("It did worse than the active stack: " + finding.why()));
      }
      case COMMIT -> commitByRule(finding.why());
      case END, NONE -> watch = null;
    }
  }

  private static String sentence(String words) {
    return words.endsWith(".") ? words : words + ".";
  }

  private void suspect(Watch watching, String why) {
    Candidate former = watching.former();
    Candidate suspected = watching.subject().candidate();
    if (former == null || !roster.isSelectable(former)) {
      watch = null;
      events.say(
          StackEventType.SUSPECTED,
          suspected,
          watching.subject().number(),
          "Handshakes fail since the exchange ("
              + why
              + "), but the former stack is not there to go back to.");
      return;
    }
    events.say(
        StackEventType.SUSPECTED,
        suspected,
        watching.subject().number(),
        "Handshakes fail on stack "
            + suspected.name()
            + " ("
            + why
            + "); "
            + former.name()
            + " takes half of the new connections to compare.");
    try {
      Generation control = succession.startControl(former, CONTROL_PERCENT);
      watch = watching.control(control, System.nanoTime());
    } catch (TlsException e) {
      watch = null; // The event of its failed proof says why there is no way back.
    }
  }

  private void acquit(Watch watching, String why) {
    long now = System.nanoTime();
    HandshakeCounts peers = watching.otherCounts();
    events.say(
        StackEventType.SUSPECTED,
        watching.subject().candidate(),
        watching.subject().number(),
        "Stack "
            + watching.subject().candidate().name()
            + " stays active: it does no worse than the former one ("
            + why
            + ").");
    succession.endTrial(StackEventType.ABORTED, CandidateState.STANDBY, "The comparison is done.");
    watch = watching.acquitted(peers, now, now + policy.get().rollback().window().toNanos());
  }

  private void rollBack(Watch watching, String why) {
    watch = null;
    Generation bad = watching.subject();
    Candidate former = watching.former();
    if (former == null || succession.main() != bad) {
      return;
    }
    String reason =
        sentence("It was rolled back: " + why)
            + " It is selected again after it was readmitted or swapped to by hand.";
    try {
      if (watching.kind() == Watch.Kind.CONTROL && succession.selection().trial() != null) {
        succession.takeOverFromTrial();
      } else if (roster.isSelectable(former)) {
        succession.activate(former, SwapOptions.DEFAULT, configurations.all(), false);
      } else {
        throw new TlsException(
            TlsErrorCode.INVALID_STATE, "Stack " + former.name() + " is not there any more.");
      }
    } catch (TlsException e) {
      events.say(
          StackEventType.SUSPECTED,
          bad.candidate(),
          bad.number(),
          "Stack "
              + bad.candidate().name()
              + " ought to be rolled back ("
              + why
              + "), but: "
              + StackRegistry.message(e));
      return;
    }
    roster.state(bad.candidate(), CandidateState.QUARANTINED, reason);
    roster.pin(former);
    events.say(
        StackEventType.ROLLED_BACK,
        bad.candidate(),
        bad.number(),
        "Rolled back from stack "
            + bad.candidate().name()
            + " to "
            + former.name()
            + ": "
            + sentence(why));
  }

  private void commitByRule(String why) {
    Generation former = succession.main();
    HandshakeCounts before = lately();
    try {
      succession.commitTrial();
    } catch (TlsException e) {
      watch = null;
      succession.endTrial(
          StackEventType.ABORTED,
          CandidateState.STANDBY,
          "It did well, but it cannot be committed: " + StackRegistry.message(e));
      return;
    }
    Generation now = Objects.requireNonNull(succession.main());
    roster.pin(now.candidate());
    watchExchange(former, before);
    events.say(
        StackEventType.ACTIVATED,
        now.candidate(),
        now.number(),
        "The trial of stack "
            + now.candidate().name()
            + " was committed by rule: "
            + sentence(why));
  }

  /** An operator has decided in favour of the stack that is suspected. */
  void endControl(String why) {
    Watch watching = watch;
    if (watching != null && watching.kind() == Watch.Kind.CONTROL) {
      watch = null;
      succession.endTrial(StackEventType.ABORTED, CandidateState.STANDBY, why);
    }
  }

  /**
   * What the platform compares by itself goes on: an exchange that may have to be undone.
   *
   * @throws TlsException INVALID_STATE while it does
   */
  void refuseDuringControl() throws TlsException {
    Watch watching = watch;
    if (watching != null && watching.kind() == Watch.Kind.CONTROL) {
      throw new TlsException(
          TlsErrorCode.INVALID_STATE,
          "Stack "
              + watching.subject().candidate().name()
              + " is being compared with the former one because handshakes fail; wait until that is"
              + " over, or swap: to another stack, or to this one if it is to stay.");
    }
  }

  void end() {
    watch = null;
  }
}
