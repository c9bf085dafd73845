package io.sallyport.core.registry;

import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.StackEventType;
import io.sallyport.tls.stack.SwapOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Brings about what policy, rank and pin ask for: the best candidate is active. */
final class Selector {
  /** How long the first stack of the choice is waited for before another one stands in. */
  private static final Duration STAND_IN_AFTER = Duration.ofSeconds(2);

  private final Roster roster;
  private final Configurations configurations;
  private final EventLog events;
  private final Succession succession;
  private final Watchman watchman;
  private final Background background;
  private final Supplier<Policy> policy;
  private final Runnable reselect;
  private final long started = System.nanoTime();

  /**
   * Selects nothing yet.
   *
   * @param reselect selects once more, with the permit
   */
  Selector(
      Roster roster,
      Configurations configurations,
      EventLog events,
      Succession succession,
      Watchman watchman,
      Background background,
      Supplier<Policy> policy,
      Runnable reselect) {
    this.roster = roster;
    this.configurations = configurations;
    this.events = events;
    this.succession = succession;
    this.watchman = watchman;
    this.background = background;
    this.policy = policy;
    this.reselect = reselect;
  }

  /** Brings it about. The caller has the permit. */
  void select() {
    Selection selected = succession.selection();
    Generation now = selected.main();
    Generation trial = selected.trial();
    if (trial != null && !roster.mayServe(trial.candidate())) {
      watchman.end();
      succession.vanished(trial.candidate());
      trial = null;
    }
    succession.dropStagedIfGone();
    Generation gone = now != null && !roster.mayServe(now.candidate()) ? now : null;
    Policy rules = policy.get();
    List<Candidate> wanted = roster.held() ? List.of() : roster.wanted(rules.choice());
    if (now != null && gone == null && stays(now.candidate(), wanted, rules)) {
      return;
    }
    if (gone != null && trial != null && roster.isSelectable(trial.candidate())) {
      takeOverFromTrial(gone, trial);
      return;
    }
    HandshakeCounts before = watchman.lately();
    if (activateFirst(wanted, now, gone)) {
      roster.standIn(null);
      if (gone == null) {
        watchman.watchExchange(now, before);
      }
      return;
    }
    if (now != null && gone == null && wanted.contains(now.candidate())) {
      return;
    }
    boolean vacant = now == null || gone != null;
    boolean patient =
        now == null && wanted.isEmpty() && System.nanoTime() - started < STAND_IN_AFTER.toNanos();
    if (vacant && !roster.held() && !patient) {
      List<Candidate> standIns =
          roster.wanted(rules.failover()).stream()
              .filter(candidate -> !wanted.contains(candidate))
              .toList();
      if (activateFirst(standIns, now, gone)) {
        Candidate instead = Objects.requireNonNull(succession.main()).candidate();
        roster.standIn(instead);
        events.say(
            StackEventType.FAILED_OVER,
            instead,
            Objects.requireNonNull(succession.main()).number(),
            "No stack that fits '"
                + rules.choice().words()
                + "' can be active; "
                + instead.name()
                + " stands in.");
        return;
      }
    }
    if (patient && !rules.choice().words().isEmpty() && !roster.all().isEmpty()) {
      background.reselectLater(STAND_IN_AFTER, reselect);
    }
    sayNothingFits(now, gone, wanted, rules);
  }

  private boolean stays(Candidate active, List<Candidate> wanted, Policy rules) {
    return roster.pinned(active)
        || (!rules.greedy() && (wanted.contains(active) || roster.standsIn(active)));
  }

  private void takeOverFromTrial(Generation gone, Generation trial) {
    watchman.end();
    try {
      succession.takeOverFromTrial();
      sayFailedOver(gone);
    } catch (TlsException e) {
      events.say(StackEventType.NOTHING_ACTIVE, trial.candidate(), 0, StackRegistry.message(e));
    }
  }

  /** Activates the first that can be, unless the active one comes before. */
  private boolean activateFirst(
      List<Candidate> wanted, @Nullable Generation now, @Nullable Generation gone) {
    for (Candidate candidate : wanted) {
      if (now != null && gone == null && candidate == now.candidate()) {
        return false;
      }
      if (activateByItself(candidate, gone, configurations.all())) {
        return true;
      }
    }
    if ((now == null || gone != null) && !configurations.isEmpty()) {
      // One configuration that no stack can serve must not end the service of all the others.
      for (Candidate candidate : wanted) {
        if (activateByItself(candidate, gone, List.of())) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean activateByItself(
      Candidate candidate, @Nullable Generation gone, List<TlsConfig> which) {
    watchman.end();
    boolean compare = gone == null && !which.isEmpty();
    try {
      succession.activate(candidate, SwapOptions.DEFAULT, which, compare);
    } catch (TlsException e) {
      return false; // Told by an event, and the next one is tried.
    }
    if (gone != null) {
      sayFailedOver(gone);
    }
    return true;
  }

  private void sayFailedOver(Generation gone) {
    Generation now = Objects.requireNonNull(succession.main());
    events.say(
        StackEventType.FAILED_OVER,
        now.candidate(),
        now.number(),
        "Stack "
            + gone.candidate().name()
            + " is no longer there; "
            + now.candidate().name()
            + " has taken over.");
  }

  private void sayNothingFits(
      @Nullable Generation now, @Nullable Generation gone, List<Candidate> wanted, Policy rules) {
    if (gone != null) {
      watchman.end();
      boolean refused = roster.stateOf(gone.candidate()) == CandidateState.REFUSED;
      succession.deactivate(
          gone,
          refused ? CandidateState.REFUSED : CandidateState.STANDBY,
          refused ? "The gate keeps it out now." : "It is no longer there.");
      events.say(
          StackEventType.NOTHING_ACTIVE,
          null,
          0,
          "No other stack can take over from " + gone.candidate().name() + ".");
    } else if (wanted.isEmpty() && !rules.choice().words().isEmpty() && !roster.held()) {
      events.say(
          StackEventType.NOTHING_ACTIVE,
          null,
          0,
          "No stack fits '"
              + rules.choice().words()
              + "'; there are: "
              + roster.names()
              + (now == null ? "." : "; " + now.candidate().name() + " stays active."));
    }
  }
}
