package io.sallyport.core.registry;

import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.ParityLoss;
import io.sallyport.tls.stack.StackEventType;
import io.sallyport.tls.stack.StagedSwap;
import io.sallyport.tls.stack.SwapOptions;
import io.sallyport.tls.stack.SwapResult;
import io.sallyport.tls.stack.TlsStackContext;
import io.sallyport.tls.stack.TlsStackOps;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which activation takes new connections, and what is to follow it: prepared, on trial, committed,
 * given up. The selection is one reference, read without a lock. All that changes it needs the
 * registry's permit, so one exchange at a time; nothing is locked while a stack is called.
 */
final class Succession {
  /** What a single configuration gets at least, when others have used the time up. */
  private static final Duration LEAST_PREPARE = Duration.ofSeconds(1);

  /** After so many that hang nobody waits for the rest. */
  private static final int MOST_TIMEOUTS = 5;

  private final Roster roster;
  private final Configurations configurations;
  private final Parity parity;
  private final EventLog events;
  private final ProofRunner proofs;
  private final Supplier<List<X509Certificate>> globalStore;
  private final ConfigResolver resolver;
  private final Supplier<Policy> policy;
  private final Drains drains;
  private final Generation.Listener listener;
  private final AtomicLong generations = new AtomicLong();
  private final AtomicLong connectionIds = new AtomicLong();

  /**
   * Read without a lock. An exchange is one write to it, with the permit; only {@link #cutOff}
   * needs none.
   */
  private final AtomicReference<Selection> selection = new AtomicReference<>(Selection.NONE);

  private volatile @Nullable Staged staged;

  /** What is on trial by an operator's wish; empty during a control. */
  private volatile @Nullable Staged tried;

  /** How long the proof took of what takes a share; written with the permit. */
  private volatile Duration proofOfTrial = Duration.ZERO;

  Succession(
      Roster roster,
      Configurations configurations,
      Parity parity,
      EventLog events,
      ProofRunner proofs,
      Supplier<List<X509Certificate>> globalStore,
      ConfigResolver resolver,
      Supplier<Policy> policy,
      Drains drains,
      Generation.Listener listener) {
    this.roster = roster;
    this.configurations = configurations;
    this.parity = parity;
    this.events = events;
    this.proofs = proofs;
    this.globalStore = globalStore;
    this.resolver = resolver;
    this.policy = policy;
    this.drains = drains;
    this.listener = listener;
  }

  // ---- what there is; any thread, no permit

  Selection selection() {
    return Objects.requireNonNull(selection.get());
  }

  @Nullable Generation main() {
    return selection().main();
  }

  /** All that have connections, or may get some. */
  List<Generation> inService() {
    List<Generation> all = new ArrayList<>(drains.all());
    Selection now = selection();
    if (now.main() != null) {
      all.add(now.main());
    }
    if (now.trial() != null) {
      all.add(now.trial());
    }
    return all;
  }

  Optional<StagedSwap> staged() {
    Selection now = selection();
    Optional<String> from = name(now.main());
    Staged trial = tried;
    if (trial != null && now.trial() != null) {
      return Optional.of(trial.describe(from, now.percent()));
    }
    return Optional.ofNullable(staged).map(waiting -> waiting.describe(from, 0));
  }

  private static Optional<String> name(@Nullable Generation generation) {
    return Optional.ofNullable(generation).map(now -> now.candidate().name());
  }

  // ---- prepare

  /** Proves a candidate with all that is in use, and keeps it for a commit. */
  StagedSwap stage(Candidate candidate, SwapOptions options) throws TlsException {
    refuseDuringTrial();
    dropStaged("Another exchange was prepared.");
    Staged fresh = prove(candidate, options);
    staged = fresh;
    roster.state(candidate, CandidateState.PREPARED, "Commit makes it active.");
    events.say(
        StackEventType.PREPARED,
        candidate,
        0,
        "Stack "
            + candidate.name()
            + " is prepared: "
            + (fresh.proved().contexts().size() == 1
                ? "1 configuration"
                : fresh.proved().contexts().size() + " configurations")
            + " proved in "
            + fresh.proof().toMillis()
            + " ms"
            + (fresh.losses().isEmpty() ? "" : ", with " + losses(fresh.losses()))
            + ".");
    return fresh.describe(name(main()), 0);
  }

  private static String losses(List<ParityLoss> losses) {
    return losses.size() == 1 ? "1 loss" : losses.size() + " losses";
  }

  private Staged prove(Candidate candidate, SwapOptions options) throws TlsException {
    return prove(candidate, options, configurations.all(), true);
  }

  /** The proof; if it fails the candidate is in standby with the reason. */
  private Staged prove(
      Candidate candidate, SwapOptions options, Collection<TlsConfig> which, boolean compare)
      throws TlsException {
    refuseIfKeptOut(candidate);
    long start = System.nanoTime();
    CandidateState before = roster.stateOf(candidate);
    roster.state(candidate, CandidateState.PROVING, "");
    Policy rules = policy.get();
    Duration deadline = rules.exchange().proofDeadline();
    try {
      TlsStackOps ops = candidate.ops();
      List<ParityLoss> losses =
          compare
              ? proofs.run(
                  candidate.name(),
                  deadline,
                  prover -> parity.losses(activeCapabilities(), candidate),
                  late -> {})
              : List.of();
      refuse(candidate, losses, rules, options);
      Proved proved =
          proofs.run(
              candidate.name(),
              deadline,
              start,
              prover -> {
                ops.caStore().init();
                ops.caStore().set(globalStore.get());
                return prover.prove(ops, which);
              },
              Proved::close);
      return new Staged(
          candidate,
          proved,
          Duration.ofNanos(System.nanoTime() - start),
          losses,
          options,
          System.currentTimeMillis());
    } catch (TlsException e) {
      String why = StackRegistry.message(e);
      roster.state(
          candidate,
          before == CandidateState.QUARANTINED || before == CandidateState.ACTIVE
              ? before
              : CandidateState.STANDBY,
          why);
      events.say(
          StackEventType.PROOF_FAILED,
          candidate,
          0,
          "Stack " + candidate.name() + " stays in standby: " + why);
      throw e;
    }
  }

  private @Nullable Capabilities activeCapabilities() {
    Generation main = main();
    return main == null ? null : main.capabilities();
  }

  /** What was allowed when it was chosen may not be any more, or may have gone. */
  private void refuseIfKeptOut(Candidate candidate) throws TlsException {
    Optional<String> kept = policy.get().gate().refusal(candidate);
    if (kept.isPresent()) {
      throw new TlsException(
          TlsErrorCode.NOT_SUPPORTED,
          "Stack " + candidate.name() + " may not carry TLS: " + kept.get());
    }
    if (!roster.contains(candidate)) {
      throw new TlsException(
          TlsErrorCode.INVALID_STATE,
          "Stack " + candidate.name() + " is no longer there; choose another one.");
    }
  }

  private static void refuse(
      Candidate candidate, List<ParityLoss> losses, Policy rules, SwapOptions options)
      throws TlsException {
    boolean mayLose = options.acceptLosses() || !rules.exchange().refuseLosses();
    List<String> blocking =
        losses.stream()
            .filter(loss -> loss.required() || !mayLose)
            .map(ParityLoss::sentence)
            .toList();
    if (!blocking.isEmpty()) {
      boolean required = losses.stream().anyMatch(ParityLoss::required);
      throw new TlsException(
          TlsErrorCode.NOT_SUPPORTED,
          "Stack "
              + candidate.name()
              + " cannot do all that is in use: "
              + String.join(" ", blocking)
              + (required
                  ? " Change these configurations first, or choose another stack."
                  : " Accept the losses, or choose another stack."));
    }
  }

  private void refuseDuringTrial() throws TlsException {
    Generation trial = selection().trial();
    if (trial != null) {
      throw new TlsException(
          TlsErrorCode.INVALID_STATE,
          "Stack "
              + trial.candidate().name()
              + " has a share of the connections; commit or abort that first.");
    }
  }

  private void dropStaged(String why) {
    Staged waiting = staged;
    staged = null;
    if (waiting != null) {
      waiting.proved().close();
      if (roster.stateOf(waiting.candidate()) == CandidateState.PREPARED) {
        roster.state(waiting.candidate(), CandidateState.STANDBY, why);
      }
    }
  }

  /** What was prepared may be out of date: its commit proves everything again. */
  void stagedIsStale() {
    Staged waiting = staged;
    if (waiting != null) {
      Staged emptied =
          new Staged(
              waiting.candidate(),
              waiting.proved().with(Map.of()),
              waiting.proof(),
              waiting.losses(),
              waiting.options(),
              waiting.since());
      staged = emptied;
      waiting.proved().close();
    }
  }

  // ---- trial

  /** Proves a candidate and gives it a share of the new connections. */
  StagedSwap startTrial(Candidate candidate, int percent, SwapOptions options) throws TlsException {
    Generation main = main();
    if (main == null) {
      throw new TlsException(
          TlsErrorCode.INVALID_STATE,
          "No stack is active, so there is nothing to compare a trial with; swap instead.");
    }
    refuseDuringTrial();
    dropStaged("A trial was begun.");
    Staged fresh = prove(candidate, options);
    Generation trial = begin(fresh, main, percent);
    tried = fresh;
    events.say(
        StackEventType.TRIAL_STARTED,
        candidate,
        trial.number(),
        "Stack "
            + candidate.name()
            + " (generation "
            + trial.number()
            + ") takes "
            + percent
            + " % of the new connections beside "
            + main.candidate().name()
            + "; "
            + (options.commitByRule() ? "the rule commits it" : "commit or abort it")
            + ".");
    sayLosses(candidate, fresh.losses());
    return fresh.describe(name(main), percent);
  }

  /** Lets the former stack take a share beside the suspected one. */
  Generation startControl(Candidate former, int percent) throws TlsException {
    Generation main = main();
    if (main == null) {
      throw new TlsException(TlsErrorCode.INVALID_STATE, "No stack is active any more.");
    }
    refuseDuringTrial();
    dropStaged("The active stack is looked into.");
    Staged fresh = prove(former, SwapOptions.DEFAULT, configurations.all(), false);
    return begin(fresh, main, percent);
  }

  private Generation begin(Staged fresh, Generation main, int percent) throws TlsException {
    Candidate candidate = fresh.candidate();
    Generation trial = generation(candidate, fresh.proved());
    proofOfTrial = fresh.proof();
    roster.inService(candidate, CandidateState.TRIAL, trial.number());
    Selection now = selection();
    if (now.main() != main || !selection.compareAndSet(now, new Selection(main, trial, percent))) {
      retire(trial, Duration.ZERO, CandidateState.STANDBY, "");
      throw new TlsException(
          TlsErrorCode.INVALID_STATE,
          "The active stack has gone meanwhile, so there is nothing to compare with.");
    }
    return trial;
  }

  /** Takes the share away again; what it has drains. */
  void endTrial(StackEventType type, CandidateState then, String why) {
    Selection before =
        Objects.requireNonNull(selection.getAndUpdate(now -> Selection.of(now.main())));
    Generation trial = before.trial();
    if (trial == null) {
      return;
    }
    Staged by = tried;
    tried = null;
    retire(trial, drainDeadline(by == null ? SwapOptions.DEFAULT : by.options()), then, why);
    events.say(
        type,
        trial.candidate(),
        trial.number(),
        "The trial of stack " + trial.candidate().name() + " has ended: " + why);
  }

  // ---- commit and abort

  /** Makes the prepared candidate, or the one on trial, the active one. */
  SwapResult commit() throws TlsException {
    if (tried != null && selection().trial() != null) {
      return commitTrial();
    }
    Staged waiting = staged;
    if (waiting == null) {
      throw new TlsException(
          TlsErrorCode.INVALID_STATE, "Nothing is prepared; prepare a stack first.");
    }
    staged = null;
    Candidate candidate = waiting.candidate();
    Proved complete;
    try {
      refuseIfKeptOut(candidate);
      complete = completed(waiting);
    } catch (TlsException e) {
      waiting.proved().close();
      roster.state(candidate, CandidateState.STANDBY, StackRegistry.message(e));
      throw e;
    }
    return activate(candidate, complete, waiting.proof(), waiting.losses(), waiting.options());
  }

  /** Proves what came into use since the proof, with what would be lost by that. */
  private Map<TlsConfig, TlsStackContext> proveMissing(
      Candidate candidate, boolean ownIdentity, SwapOptions options, List<TlsConfig> missing)
      throws TlsException {
    if (missing.isEmpty()) {
      return Map.of();
    }
    Policy rules = policy.get();
    Duration deadline = rules.exchange().proofDeadline();
    long start = System.nanoTime();
    TlsStackOps ops = candidate.ops();
    List<ParityLoss> losses =
        proofs.run(
            candidate.name(),
            deadline,
            prover -> parity.losses(activeCapabilities(), candidate),
            late -> {});
    refuse(candidate, losses, rules, options);
    return proofs.run(
        candidate.name(),
        deadline,
        start,
        prover -> {
          ops.caStore().set(globalStore.get());
          return prover.proveConfigurations(ops, ownIdentity, missing);
        },
        late -> late.values().forEach(Proved::closeQuietly));
  }

  private Proved completed(Staged waiting) throws TlsException {
    Map<TlsConfig, TlsStackContext> contexts = new HashMap<>(waiting.proved().contexts());
    List<TlsConfig> inUse = configurations.all();
    List<TlsConfig> missing =
        inUse.stream().filter(config -> !contexts.containsKey(config)).toList();
    contexts.putAll(
        proveMissing(
            waiting.candidate(), waiting.proved().ownIdentity(), waiting.options(), missing));
    List<TlsConfig> unused =
        contexts.keySet().stream().filter(config -> !inUse.contains(config)).toList();
    unused.forEach(config -> Proved.closeQuietly(contexts.remove(config)));
    return waiting.proved().with(contexts);
  }

  /**
   * All connections go where a share went. Its contexts and connections stay as they are; what came
   * into use since the trial began is proved first.
   */
  SwapResult commitTrial() throws TlsException {
    Generation next = selection().trial();
    if (next == null) {
      throw new TlsException(TlsErrorCode.INVALID_STATE, "Nothing is on trial.");
    }
    refuseIfKeptOut(next.candidate());
    Staged by = tried;
    SwapOptions options = by == null ? SwapOptions.DEFAULT : by.options();
    List<TlsConfig> missing =
        configurations.all().stream().filter(config -> !next.hasPrepared(config)).toList();
    next.adopt(proveMissing(next.candidate(), next.ownIdentity(), options, missing));
    tried = null;
    return enter(next, proofOfTrial, options);
  }

  /**
   * As {@link #commitTrial}, where the active stack has gone or is to be left: a single
   * configuration must not matter then.
   */
  SwapResult takeOverFromTrial() throws TlsException {
    Generation next = selection().trial();
    if (next == null) {
      throw new TlsException(TlsErrorCode.INVALID_STATE, "Nothing is on trial.");
    }
    refuseIfKeptOut(next.candidate());
    tried = null;
    return enter(next, proofOfTrial, SwapOptions.DEFAULT);
  }

  void abort() throws TlsException {
    if (tried != null && selection().trial() != null) {
      endTrial(StackEventType.ABORTED, CandidateState.STANDBY, "It was aborted.");
      return;
    }
    Staged waiting = staged;
    if (waiting == null) {
      throw new TlsException(
          TlsErrorCode.INVALID_STATE, "Nothing is prepared and nothing is on trial.");
    }
    dropStaged("Its exchange was aborted.");
    events.say(
        StackEventType.ABORTED,
        waiting.candidate(),
        0,
        "The exchange for stack " + waiting.candidate().name() + " was aborted.");
  }

  /** What was prepared may be no longer there. */
  void dropStagedIfGone() {
    Staged waiting = staged;
    if (waiting != null && !roster.mayServe(waiting.candidate())) {
      vanished(waiting.candidate());
    }
  }

  /** A candidate is gone, or refused: it can neither be committed nor go on with its trial. */
  void vanished(Candidate candidate) {
    String why =
        roster.contains(candidate) ? "the gate keeps it out now." : "it is no longer there.";
    Staged waiting = staged;
    if (waiting != null && waiting.candidate() == candidate) {
      dropStaged("");
      events.say(
          StackEventType.ABORTED,
          candidate,
          0,
          "Stack " + candidate.name() + " was prepared, but " + why);
    }
    Generation trial = selection().trial();
    if (trial != null && trial.candidate() == candidate) {
      endTrial(StackEventType.ABORTED, CandidateState.STANDBY, why);
    }
  }

  // ---- activation

  /** Proves a candidate with these configurations and makes it active. */
  SwapResult activate(
      Candidate candidate, SwapOptions options, Collection<TlsConfig> which, boolean compare)
      throws TlsException {
    if (selection().trial() != null) {
      endTrial(StackEventType.ABORTED, CandidateState.STANDBY, "Another stack was chosen.");
    }
    dropStaged("Another stack was chosen.");
    Staged fresh = prove(candidate, options, which, compare);
    return activate(candidate, fresh.proved(), fresh.proof(), fresh.losses(), options);
  }

  private SwapResult activate(
      Candidate candidate,
      Proved proved,
      Duration proof,
      List<ParityLoss> losses,
      SwapOptions options)
      throws TlsException {
    try {
      refuseIfKeptOut(candidate);
    } catch (TlsException e) {
      proved.close();
      roster.state(candidate, CandidateState.STANDBY, StackRegistry.message(e));
      throw e;
    }
    Generation next = generation(candidate, proved);
    SwapResult result = enter(next, proof, options);
    sayLosses(candidate, losses);
    return result;
  }

  private void sayLosses(Candidate candidate, List<ParityLoss> losses) {
    if (!losses.isEmpty()) {
      events.say(
          StackEventType.LOSSES,
          candidate,
          0,
          losses.stream().map(ParityLoss::sentence).collect(Collectors.joining(" ")));
    }
  }

  private Generation generation(Candidate candidate, Proved proved) {
    AtomicReference<@Nullable Generation> self = new AtomicReference<>();
    Generation next =
        new Generation(
            generations.incrementAndGet(),
            candidate,
            proved,
            roster.hasProvedItself(candidate),
            connectionIds,
            resolver,
            configurations,
            listener,
            () -> drains.drained(self.get()));
    self.set(next);
    return next;
  }

  /** The one write that exchanges the stack. */
  private SwapResult enter(Generation next, Duration proof, SwapOptions options) {
    prepareLateComers(next);
    roster.inService(next.candidate(), CandidateState.ACTIVE, next.number());
    Generation old = Objects.requireNonNull(selection.getAndSet(Selection.of(next))).main();
    try {
      prepareLateComers(next);
      return sayActivated(next, old, proof);
    } finally {
      if (old != null) {
        retire(old, drainDeadline(options), CandidateState.STANDBY, "");
      }
    }
  }

  private SwapResult sayActivated(Generation next, @Nullable Generation old, Duration proof) {
    Candidate candidate = next.candidate();
    int left = old == null ? 0 : old.connections();
    SwapResult result = new SwapResult(name(old), candidate.name(), next.number(), proof, left);
    events.say(
        StackEventType.ACTIVATED,
        candidate,
        next.number(),
        "Stack "
            + candidate.name()
            + " "
            + candidate.libraryVersion()
            + " is active (generation "
            + next.number()
            + "), proved in "
            + proof.toMillis()
            + " ms"
            + (old == null
                ? ""
                : left == 1
                    ? "; 1 connection drains on " + old.candidate().name()
                    : "; " + left + " connections drain on " + old.candidate().name())
            + ".");
    return result;
  }

  private Duration drainDeadline(SwapOptions options) {
    return options.drainDeadline().orElse(policy.get().exchange().drainDeadline());
  }

  /**
   * Configurations that came into use while the proof ran, or that the proof left out: before the
   * exchange, so that no connection has to wait, and once more after it for what came in between.
   */
  private void prepareLateComers(Generation next) {
    long end = System.nanoTime() + policy.get().exchange().proofDeadline().toNanos();
    int timeouts = 0;
    for (TlsConfig config : configurations.all()) {
      if (next.hasPrepared(config) || next.failure(config).isPresent()) {
        continue;
      }
      // One that hangs must not take the time of all the others.
      long left = Math.max(LEAST_PREPARE.toNanos(), end - System.nanoTime());
      Optional<TlsException> failure =
          prepareInTime(
              next, config, timeouts < MOST_TIMEOUTS ? Duration.ofNanos(left) : Duration.ZERO);
      timeouts += failure.filter(why -> why.code() == TlsErrorCode.TIMEOUT).isPresent() ? 1 : 0;
      if (failure.isPresent()) {
        next.failed(config, failure.get());
        String names = configurations.names(config);
        events.say(
            StackEventType.CONFIGURATION_FAILED,
            next.candidate(),
            next.number(),
            "Stack "
                + next.candidate().name()
                + " cannot serve "
                + (names.isEmpty() ? "a configuration in use" : names)
                + ": "
                + StackRegistry.message(failure.get()));
      }
    }
  }

  /**
   * Prepares a configuration on an activation, on another thread: a stack that hangs holds nobody
   * up for longer than the deadline.
   *
   * @return why that failed; empty when it is prepared
   */
  Optional<TlsException> prepareInTime(Generation generation, TlsConfig config, Duration deadline) {
    try {
      return proofs.run(
          generation.candidate().name(),
          deadline,
          prover -> {
            try {
              generation.prepare(config);
              return Optional.<TlsException>empty();
            } catch (TlsException e) {
              return Optional.of(e);
            }
          },
          late -> {});
    } catch (TlsException e) {
      return Optional.of(
          e.code() == TlsErrorCode.TIMEOUT
              ? new TlsException(
                  TlsErrorCode.TIMEOUT,
                  "Stack "
                      + generation.candidate().name()
                      + " did not prepare it within "
                      + deadline.toMillis()
                      + " ms.")
              : e);
    }
  }

  /** No stack takes new connections any more. */
  void deactivate(Generation now, CandidateState then, String reason) {
    if (selection().trial() != null) {
      endTrial(StackEventType.ABORTED, CandidateState.STANDBY, "The active stack has ended.");
    }
    dropStaged("The active stack has ended.");
    selection.set(Selection.NONE);
    retire(now, policy.get().exchange().drainDeadline(), then, reason);
  }

  /**
   * Without the permit: a stack whose bundle goes must not stay selected because another exchange
   * does not end. What it has drains.
   *
   * @return whether it was selected
   */
  boolean cutOff(Candidate gone) {
    Selection before =
        Objects.requireNonNull(
            selection.getAndUpdate(
                now -> {
                  Generation main = is(now.main(), gone) ? null : now.main();
                  Generation trial = is(now.trial(), gone) ? null : now.trial();
                  return main == now.main() && trial == now.trial()
                      ? now
                      : new Selection(main, trial, trial == null ? 0 : now.percent());
                }));
    boolean found = false;
    for (Generation generation : Arrays.asList(before.main(), before.trial())) {
      if (generation != null && is(generation, gone)) {
        retire(generation, policy.get().exchange().drainDeadline(), CandidateState.STANDBY, "");
        found = true;
      }
    }
    return found;
  }

  private static boolean is(@Nullable Generation generation, Candidate candidate) {
    return generation != null && generation.candidate() == candidate;
  }

  private void retire(Generation old, Duration deadline, CandidateState then, String reason) {
    // The one that replaces an older activation of the same candidate stays as it is.
    Generation main = main();
    boolean sameIsActive = main != null && main.candidate() == old.candidate();
    roster.retired(
        old.candidate(), sameIsActive ? CandidateState.ACTIVE : then, sameIsActive ? "" : reason);
    drains.begin(old, deadline);
  }

  /** Everything ends. */
  void close() {
    dropStaged("");
    Selection last = Objects.requireNonNull(selection.getAndSet(Selection.NONE));
    if (last.trial() != null) {
      drains.begin(last.trial(), Duration.ZERO);
    }
    if (last.main() != null) {
      drains.begin(last.main(), Duration.ZERO);
    }
  }
}
