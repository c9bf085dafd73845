package io.sallyport.core.registry;

import io.sallyport.tls.stack.SwapOptions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks at an activation's handshakes and calls for some time, and says what is to be done about
 * them. It judges by comparison: with the activation that takes the other share of the same
 * connections, where there is one, else with what the former one did just before. It is looked at
 * by the registry's own thread only.
 */
final class Watch {
  /** What an activation is watched for. */
  enum Kind {
    /** It has become active; the former one is retired. */
    AFTER_EXCHANGE,
    /** It takes a share beside the active one. */
    TRIAL,
    /** It has become active and is suspected; the former stack takes a share again. */
    CONTROL
  }

  /** What is to be done. */
  enum Action {
    /** Nothing; go on watching. */
    NONE,
    /** Let the former stack take a share, to see whether it does better. */
    SUSPECT,
    /** The former stack does no better: it is the peers. */
    ACQUIT,
    /** Back to the former stack. */
    ROLL_BACK,
    /** End the trial. */
    GIVE_UP,
    /** The trial went well. */
    COMMIT,
    /** Stop watching. */
    END
  }

  /**
   * An action and why.
   *
   * @param action what is to be done
   * @param why in words that follow a colon
   */
  record Finding(Action action, String why) {
    static final Finding NOTHING = new Finding(Action.NONE, "");
  }

  /** So many breaches of the contract need no comparison. */
  private static final int FAULTS_ENOUGH = 5;

  private static final long STUCK_NANOS = 2_000_000_000L;

  /** Once a call that had to be interrupted may be the machine. */
  private static final int INTERRUPTIONS_ENOUGH = 2;

  /** After so long a few handshakes on either side are enough to compare. */
  private static final long CONTROL_NANOS = 10_000_000_000L;

  private static final int FEW = 3;

  /** Standard deviations: chance does not do that, although one looks again and again. */
  private static final double CERTAIN = 4;

  /** Chance does that once in forty times: enough for a suspicion, or when time is up. */
  private static final double LIKELY = 2;

  private final Kind kind;
  private final Generation subject;
  private final @Nullable Generation other;
  private final @Nullable Candidate former;
  private final HandshakeCounts subjectStart;
  private final HandshakeCounts otherStart;
  private final HandshakeCounts baseline;
  private final Policy policy;
  private final SwapOptions options;
  private final long start;
  private final long until;
  private final int interruptionsBefore;

  private Watch(
      Kind kind,
      Generation subject,
      @Nullable Generation other,
      @Nullable Candidate former,
      HandshakeCounts baseline,
      Policy policy,
      SwapOptions options,
      long start,
      long until) {
    this.kind = kind;
    this.subject = subject;
    this.other = other;
    this.former = former;
    this.subjectStart = subject.stats().counts();
    this.otherStart = other == null ? HandshakeCounts.NONE : other.stats().counts();
    this.baseline = baseline;
    this.policy = policy;
    this.options = options;
    this.start = start;
    this.until = until;
    this.interruptionsBefore = subject.calls().interruptions();
  }

  /**
   * Watches a stack that has become active.
   *
   * @param former what was active before
   * @param baseline what its handshakes came to just before
   */
  static Watch afterExchange(
      Generation subject, Candidate former, HandshakeCounts baseline, Policy policy, long now) {
    return new Watch(
        Kind.AFTER_EXCHANGE,
        subject,
        null,
        former,
        baseline,
        policy,
        SwapOptions.DEFAULT,
        now,
        now + policy.rollback().window().toNanos());
  }

  /** Watches a trial beside the active stack. */
  static Watch trial(
      Generation subject, Generation main, Policy policy, SwapOptions options, long now) {
    return new Watch(
        Kind.TRIAL,
        subject,
        main,
        main.candidate(),
        HandshakeCounts.NONE,
        policy,
        options,
        now,
        now + policy.trial().deadline().toNanos());
  }

  /** Goes on with the former stack beside the suspected one. */
  Watch control(Generation control, long now) {
    return new Watch(
        Kind.CONTROL,
        subject,
        control,
        former,
        baseline,
        policy,
        options,
        now,
        now + policy.rollback().window().toNanos());
  }

  /** Goes on after an acquittal, to the end of the window, by what the peers do now. */
  Watch acquitted(HandshakeCounts peers, long now, long end) {
    return new Watch(Kind.AFTER_EXCHANGE, subject, null, former, peers, policy, options, now, end);
  }

  boolean concerns(Candidate candidate) {
    return subject.candidate() == candidate
        || former == candidate
        || (other != null && other.candidate() == candidate);
  }

  Kind kind() {
    return kind;
  }

  Generation subject() {
    return subject;
  }

  @Nullable Generation other() {
    return other;
  }

  @Nullable Candidate former() {
    return former;
  }

  /** What the activation beside has come to since the start. */
  HandshakeCounts otherCounts() {
    return other == null ? HandshakeCounts.NONE : other.stats().counts().since(otherStart);
  }

  /**
   * Looks once.
   *
   * @param now nanoseconds
   */
  Finding look(long now) {
    Optional<String> stuck = stuck();
    if (stuck.isPresent()) {
      return new Finding(worse(), stuck.get());
    }
    HandshakeCounts own = subject.stats().counts().since(subjectStart);
    HandshakeCounts others = otherCounts();
    HandshakeCounts before = baseline;
    if (own.blamesPeersForEverything()) {
      own = own.blamingNobody();
      others = others.blamingNobody();
      before = before.blamingNobody();
    }
    return switch (kind) {
      case AFTER_EXCHANGE -> afterExchange(own, before, now);
      case CONTROL -> control(own, others, now);
      case TRIAL -> trial(own, others, now);
    };
  }

  private static boolean isWorse(
      HandshakeCounts own, HandshakeCounts others, double margin, double deviations) {
    return own.failedShare() - others.failedShare() > margin
        && own.deviationsAbove(others) >= deviations;
  }

  private Action worse() {
    return kind == Kind.TRIAL ? Action.GIVE_UP : Action.ROLL_BACK;
  }

  private Finding afterExchange(HandshakeCounts own, HandshakeCounts before, long now) {
    Policy.Rollback rule = policy.rollback();
    if (own.faults() >= FAULTS_ENOUGH && isWorse(own, before, rule.margin(), LIKELY)) {
      return new Finding(Action.ROLL_BACK, compared(own, "before the exchange", before));
    }
    if (own.total() >= rule.handshakes() && isWorse(own, before, rule.margin(), LIKELY)) {
      String why = compared(own, "before the exchange", before);
      return new Finding(Action.SUSPECT, why);
    }
    return now - until >= 0 ? new Finding(Action.END, "") : Finding.NOTHING;
  }

  private Finding control(HandshakeCounts own, HandshakeCounts others, long now) {
    Policy.Rollback rule = policy.rollback();
    int enough = Math.max(1, rule.handshakes() / 2);
    long least = Math.min(own.total(), others.total());
    boolean over = now - until >= 0;
    boolean judged = least >= enough || (least >= FEW && now - start >= CONTROL_NANOS);
    if (judged || over) {
      String why = compared(own, "at the same time", others);
      // Without anything to compare with, what came before the exchange counts.
      if (isWorse(own, others, rule.margin(), over ? LIKELY : CERTAIN)) {
        return new Finding(Action.ROLL_BACK, why);
      }
      if (over || !isWorse(own, others, rule.margin(), 0)) {
        return new Finding(Action.ACQUIT, why);
      }
    }
    return Finding.NOTHING;
  }

  private Finding trial(HandshakeCounts own, HandshakeCounts others, long now) {
    Policy.Rollback protection = policy.rollback();
    if (own.total() >= protection.handshakes()
        && isWorse(own, others, protection.margin(), CERTAIN)) {
      return new Finding(Action.GIVE_UP, compared(own, "at the same time", others));
    }
    if (!options.commitByRule()) {
      return Finding.NOTHING;
    }
    Policy.Trial rule = policy.trial();
    if (own.total() >= rule.handshakes()) {
      if (own.failedShare() - others.failedShare() > rule.margin()) {
        return new Finding(Action.GIVE_UP, compared(own, "at the same time", others));
      }
      long median = subject.stats().median().toNanos();
      long active = other == null ? 0 : other.stats().median().toNanos();
      if (active > 0 && median > active * (1 + rule.slower())) {
        return new Finding(
            Action.GIVE_UP,
            "its median handshake took "
                + millis(median)
                + ", on the active stack "
                + millis(active));
      }
      return new Finding(
          Action.COMMIT,
          compared(own, "at the same time", others)
              + ", median handshake "
              + millis(median)
              + " and "
              + millis(active));
    }
    return now - until >= 0
        ? new Finding(
            Action.GIVE_UP,
            "it saw only "
                + own.total()
                + " handshakes of the "
                + rule.handshakes()
                + " that are needed to judge it")
        : Finding.NOTHING;
  }

  private static String millis(long nanos) {
    return String.format(java.util.Locale.ROOT, "%.1f ms", nanos / 1e6);
  }

  private String compared(HandshakeCounts own, String when, HandshakeCounts others) {
    String name = former == null ? "the former one" : former.name();
    return own.failed()
        + own.faults()
        + " of "
        + own.total()
        + " handshakes failed, on "
        + name
        + " "
        + when
        + " "
        + (others.failed() + others.faults())
        + " of "
        + others.total();
  }

  /** Calls that do not return, although the program goes on. */
  private Optional<String> stuck() {
    long longest = subject.calls().longest();
    if (longest > STUCK_NANOS) {
      return Optional.of(
          "one of its operations has not returned for " + longest / 1_000_000 + " ms");
    }
    int interruptions = subject.calls().interruptions() - interruptionsBefore;
    return interruptions >= INTERRUPTIONS_ENOUGH
        ? Optional.of(interruptions + " of its operations did not return until interrupted")
        : Optional.empty();
  }
}
