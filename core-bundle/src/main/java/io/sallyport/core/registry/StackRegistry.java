package io.sallyport.core.registry;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.DrainListener;
import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.ConnectionDTO;
import io.sallyport.tls.stack.HandshakesDTO;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.StackEvent;
import io.sallyport.tls.stack.StackEventType;
import io.sallyport.tls.stack.StagedSwap;
import io.sallyport.tls.stack.SwapOptions;
import io.sallyport.tls.stack.SwapResult;
import io.sallyport.tls.stack.TlsStackOps;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which stack is active, and how that changes. The active generation is one atomic reference:
 * taking a lease needs no lock, and an exchange is one write, after the proof.
 *
 * <p>Exchanges are serialised by a permit, not a monitor: nothing is locked while a stack is
 * called.
 */
public final class StackRegistry implements AutoCloseable {
  private static final int RECENT_CONFIGURATIONS = 256;
  private static final Duration PREPARE_RETRY = Duration.ofSeconds(2);
  private static final Duration SELECT_RETRY = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofMillis(250);

  /** Most stacks say at once what they are, and are candidates when their registration returns. */
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private final Roster roster = new Roster();
  private final EventLog events;
  private final Background background = new Background();
  private final ProofRunner proofs;
  private final CleanStart examiners;
  private final Supplier<List<X509Certificate>> globalStore;
  private final Configurations configurations = new Configurations();
  private final Succession succession;
  private final Drains drains;
  private final Watchman watchman;
  private final Selector selector;
  private final ExchangePermit permit = new ExchangePermit();
  private final RecentConfigs recent = new RecentConfigs(RECENT_CONFIGURATIONS);
  private final Flaps flaps = new Flaps();
  private final AtomicBoolean preparing = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile Policy policy;

  /** When faults were last told of, so that a broken stack does not fill the log. */
  private volatile long faultToldAt = System.nanoTime() - Duration.ofHours(1).toNanos();

  /**
   * Begins without a stack.
   *
   * @param globalStore what the global CA store holds; given to each stack before it prepares
   * @param resolver completes configurations before they are prepared
   */
  public StackRegistry(
      Policy policy,
      RegistryEvents events,
      Supplier<List<X509Certificate>> globalStore,
      ConfigResolver resolver) {
    this.policy = policy;
    this.events = new EventLog(events);
    this.globalStore = globalStore;
    this.proofs = new ProofRunner(resolver, InstantSource.system());
    this.examiners = new CleanStart(proofs::execute);
    this.drains = new Drains(roster, this.events, background);
    this.succession =
        new Succession(
            roster,
            configurations,
            new Parity(configurations, recent::all),
            this.events,
            proofs,
            globalStore,
            resolver,
            () -> this.policy,
            drains,
            new Generation.Listener() {
              @Override
              public void broken(Generation generation, StackFault fault) {
                sayBroken(generation, fault);
              }

              @Override
              public void provedItself(Generation generation) {
                roster.provedItself(generation.candidate());
              }
            });
    this.watchman =
        new Watchman(
            roster, configurations, this.events, succession, permit, proofs, () -> this.policy);
    this.selector =
        new Selector(
            roster,
            configurations,
            this.events,
            succession,
            watchman,
            background,
            () -> this.policy,
            this::reselect);
    background.every(LOOK, watchman::look);
  }

  // ---- leases

  /**
   * Makes a handle on the active stack, for a configuration in use: it waits for no device.
   *
   * @param session a session for a client to resume where it fits
   * @throws TlsException INVALID_STATE when no stack is active; else what the stack says
   */
  public TlsHandle open(
      TlsConfig config,
      Peer peer,
      Transport transport,
      DrainListener onDrain,
      Optional<ClientSession> session)
      throws TlsException {
    Generation current = succession.main();
    while (current != null && !current.hasPrepared(config) && configurations.contains(config)) {
      Generation successor = succession.main();
      if (successor == current) {
        throw notPrepared(current, config);
      }
      current = successor; // It has just been retired, and had forgotten what it was prepared for.
    }
    return lease(config, peer, transport, onDrain, session);
  }

  /** It is prepared in the background: an event loop must not wait for that. */
  private TlsException notPrepared(Generation current, TlsConfig config) {
    Optional<TlsException> failure = current.failure(config);
    prepareMissingLater();
    if (failure.isPresent() && config.hardwareKey().isEmpty()) {
      TlsException why = failure.get();
      return new TlsException(why.code(), message(why), why);
    }
    return config
        .hardwareKey()
        .map(
            key ->
                new TlsException(
                    TlsErrorCode.SE_FAILED,
                    "There is no device with " + key + " now; it is looked for, try again later."))
        .orElseGet(
            () ->
                new TlsException(
                    TlsErrorCode.INVALID_STATE,
                    "The configuration is being prepared on stack "
                        + current.candidate().name()
                        + "; try again."));
  }

  private TlsHandle lease(
      TlsConfig config,
      Peer peer,
      Transport transport,
      DrainListener onDrain,
      Optional<ClientSession> session)
      throws TlsException {
    while (true) {
      Generation now = succession.selection().pick(config);
      if (now == null) {
        throw new TlsException(
            TlsErrorCode.INVALID_STATE,
            "No TLS stack is active; install and start a stack bundle, or register one.");
      }
      Optional<TlsHandle> handle = now.open(config, peer, transport, onDrain, session);
      if (handle.isPresent()) {
        return handle.get();
      }
    }
  }

  /**
   * As {@link #open}, for a configuration that is not kept in use by an endpoint: the calling
   * thread may wait.
   */
  public TlsHandle openOnce(
      TlsConfig config,
      Peer peer,
      Transport transport,
      DrainListener onDrain,
      Optional<ClientSession> session)
      throws TlsException {
    recent.use(config).filter(eldest -> !configurations.contains(eldest)).ifPresent(this::forget);
    return lease(config, peer, transport, onDrain, session);
  }

  private void forget(TlsConfig config) {
    Selection now = succession.selection();
    if (now.main() != null) {
      now.main().forget(config);
    }
    if (now.trial() != null) {
      now.trial().forget(config);
    }
  }

  // ---- configurations in use

  /**
   * Puts a configuration into use.
   *
   * @param name who uses it, for people; may be empty
   * @throws TlsException what the active stack has against it; it is not in use then
   */
  public void use(String name, TlsConfig config) throws TlsException {
    configurations.add(name, config);
    Generation prepared = null;
    // Another stack may become active meanwhile, and not have seen that it is in use.
    for (Generation now = succession.main();
        now != null && now != prepared;
        now = succession.main()) {
      Optional<TlsException> failure =
          succession.prepareInTime(now, config, policy.exchange().proofDeadline());
      if (failure.isPresent()) {
        configurations.remove(name, config);
        throw failure.get();
      }
      prepared = now;
    }
  }

  /** Takes a configuration out of use, once for each {@link #use}. */
  public void release(String name, TlsConfig config) {
    if (configurations.remove(name, config)) {
      forget(config);
    }
  }

  /** Prepares the configurations that use the global CA store anew, after it changed. */
  public void globalStoreChanged() {
    try {
      // One after another, and not during an exchange: else an older content could win.
      permit.exclusively(
          () -> {
            succession.stagedIsStale();
            Selection now = succession.selection();
            renewGlobalStore(now.main());
            renewGlobalStore(now.trial());
            return this;
          });
    } catch (TlsException e) {
      Generation now = succession.main();
      if (now != null) {
        sayConfigurationFailed(now, message(e));
      }
    }
  }

  private void renewGlobalStore(@Nullable Generation generation) {
    if (generation == null) {
      return;
    }
    try {
      proofs.run(
          generation.candidate().name(),
          policy.exchange().proofDeadline(),
          prover -> {
            generation.candidate().ops().caStore().set(globalStore.get());
            generation.renewGlobalStore(
                configurations::contains, reason -> sayConfigurationFailed(generation, reason));
            return generation;
          },
          late -> {});
    } catch (TlsException e) {
      sayConfigurationFailed(
          generation,
          e.code() == TlsErrorCode.TIMEOUT
              ? "it did not take the new authorities in time."
              : message(e));
    }
  }

  private void sayConfigurationFailed(Generation generation, String reason) {
    events.say(
        StackEventType.CONFIGURATION_FAILED,
        generation.candidate(),
        generation.number(),
        "Stack "
            + generation.candidate().name()
            + " cannot serve a configuration in use: "
            + reason);
  }

  /**
   * A provider of hardware keys has appeared, or gone: what was prepared with its keys is dropped,
   * and prepared again in the background as soon as that works. Connections that are open go on;
   * until then new ones fail at once.
   */
  public void keysChanged(String provider) {
    if (succession.staged().isPresent()) {
      proofs.execute(this::proveStagedAgain);
    }
    Selection now = succession.selection();
    forgetKeys(now.main(), provider);
    forgetKeys(now.trial(), provider);
    proofs.execute(
        () -> {
          if (prepareMissing()) {
            prepareMissingLater();
          }
        });
  }

  /** With the permit: a commit may be under way with what is staged. */
  private void proveStagedAgain() {
    try {
      permit.exclusively(
          () -> {
            succession.stagedIsStale();
            return this;
          });
    } catch (TlsException e) {
      // An exchange that takes so long proves with the keys that are there in the end.
    }
  }

  private static void forgetKeys(@Nullable Generation generation, String provider) {
    if (generation != null) {
      generation.forgetAll(
          config ->
              config.hardwareKey().filter(key -> key.provider().equals(provider)).isPresent());
    }
  }

  /**
   * Configurations in use that could not be prepared: those whose device was not there are tried
   * again and again, others when a connection asks for them.
   *
   * @return whether a device is missing still
   */
  private boolean prepareMissing() {
    Generation now = succession.main();
    boolean missing = false;
    for (TlsConfig config : configurations.all()) {
      if (now != null && !now.hasPrepared(config)) {
        try {
          now.prepare(config);
        } catch (TlsException | RuntimeException e) {
          missing |= config.hardwareKey().isPresent();
        }
      }
    }
    return missing;
  }

  /** One at a time: it may hang. */
  private void prepareMissingLater() {
    if (preparing.compareAndSet(false, true)) {
      background.after(PREPARE_RETRY, () -> proofs.execute(this::prepareMissingAgain));
    }
  }

  private void prepareMissingAgain() {
    boolean again = false;
    try {
      again = prepareMissing();
    } finally {
      preparing.set(false);
    }
    if (again) {
      prepareMissingLater();
    }
  }

  // ---- candidates

  /**
   * A stack appeared. When its bundles may pass the gate, and not before, it is asked what it is
   * and can do, on another thread; then it is a candidate and may become active soon. Waits a
   * moment for that, but not for a stack that blocks.
   */
  public void appear(Candidate candidate) {
    if (passesGate(candidate)) {
      roster.expect(candidate);
      examine(candidate, unfit -> arrive(candidate, unfit));
    }
  }

  /** As {@link #appear}, asking the stack on the calling thread. */
  public void add(Candidate candidate) {
    if (passesGate(candidate)) {
      roster.expect(candidate);
      arrive(candidate, Examination.whyUnfit(candidate));
    }
  }

  private boolean passesGate(Candidate candidate) {
    Optional<String> kept = policy.gate().refusal(candidate);
    kept.ifPresent(why -> refuse(candidate, why, true));
    return kept.isEmpty();
  }

  private void examine(Candidate candidate, Consumer<Optional<String>> end) {
    if (!closed.get()) {
      Duration deadline = policy.exchange().proofDeadline();
      Examination.begin(candidate, deadline, examiners, background, end).await(AT_ONCE);
    }
  }

  private void arrive(Candidate candidate, Optional<String> unfit) {
    if (unfit.isPresent()) {
      if (roster.arrived(candidate, CandidateState.REFUSED, unfit.get())) {
        sayRefused(candidate, unfit.get());
      }
      return;
    }
    Duration out = flaps.left(candidate.identity(), System.nanoTime());
    boolean there =
        out.isZero()
            ? roster.arrived(candidate, CandidateState.STANDBY, "")
            : roster.arrived(candidate, CandidateState.QUARANTINED, quarantined(out));
    if (!there || isKeptOutMeanwhile(candidate)) {
      return;
    }
    if (!out.isZero()) {
      String identity = candidate.identity(); // A timer must hold nothing of a bundle that may go.
      background.after(out, () -> releaseFromQuarantine(identity));
      return;
    }
    Choice choice = policy.choice();
    boolean surelyChosen = !choice.words().isEmpty() && choice.matches().test(candidate);
    background.reselectSoon(surelyChosen, this::reselect);
  }

  /** The gate may have been closed to a stack while it was examined. */
  private boolean isKeptOutMeanwhile(Candidate candidate) {
    Optional<String> kept = policy.gate().refusal(candidate);
    kept.ifPresent(why -> refuse(candidate, why, false));
    return kept.isPresent();
  }

  /** The gate is open to a stack that it kept out, or that was not fit. */
  private void arriveAgain(Candidate candidate, Optional<String> unfit) {
    if (roster.stateOf(candidate) != CandidateState.REFUSED) {
      return; // It was examined twice, and the other one was quicker.
    }
    if (unfit.isPresent()) {
      roster.state(candidate, CandidateState.REFUSED, unfit.get());
      return;
    }
    roster.admit(candidate);
    if (!isKeptOutMeanwhile(candidate)) {
      background.reselectSoon(true, this::reselect);
    }
  }

  /** Why the gate keeps stacks out that these bundles brought; empty when they may pass. */
  public Optional<String> refusal(List<Origin> origins) {
    return policy.gate().refusal(origins);
  }

  private void refuse(Candidate candidate, String why, boolean isNew) {
    if (isNew) {
      roster.add(candidate, CandidateState.REFUSED, why);
    } else {
      roster.state(candidate, CandidateState.REFUSED, why);
    }
    sayRefused(candidate, why);
  }

  private void sayRefused(Candidate candidate, String why) {
    events.say(
        StackEventType.REFUSED,
        candidate,
        0,
        "Stack " + candidate.name() + " of bundle " + candidate.bundle() + " is refused: " + why);
  }

  /**
   * A stack vanished. Returns when another one has taken over, or none can, and when the
   * connections that were left on it have ended, at the latest some seconds after the drain
   * deadline: the caller ends the stack's bundle, and nothing of it must be needed then.
   *
   * @param serviceId of its service; the same stack may have others
   * @param drain how long its connections may go on; null for what is configured
   */
  public void remove(long serviceId, @Nullable Duration drain) {
    roster.remove(serviceId).ifPresent(candidate -> removed(candidate, drain));
  }

  /** As {@link #remove(long, Duration)}, for a stack that was registered by ESP-TLS's call. */
  public void remove(Candidate candidate, @Nullable Duration drain) {
    roster.remove(candidate).ifPresent(gone -> removed(gone, drain));
  }

  /** As {@link #remove(long, Duration)}, for the best-ranked candidate of a stack. */
  void remove(TlsStackOps ops, @Nullable Duration drain) {
    roster.all().stream()
        .filter(candidate -> candidate.ops() == ops)
        .findFirst()
        .ifPresent(candidate -> remove(candidate, drain));
  }

  private void removed(Candidate candidate, @Nullable Duration drain) {
    Generation main = succession.main();
    if (main != null && main.candidate() == candidate) {
      noteVanishing(candidate);
    }
    background.reselectNow(this::reselect);
    if (succession.cutOff(candidate)) {
      events.say(
          StackEventType.NOTHING_ACTIVE,
          candidate,
          0,
          "Stack "
              + candidate.name()
              + " goes before another one could take over, because an exchange has not ended; one"
              + " is selected as soon as that is over.");
      background.reselectLater(SELECT_RETRY, this::reselect);
    }
    watchman.forget(candidate);
    if (!closed.get()) {
      drains.await(candidate, drain == null ? policy.exchange().drainDeadline() : drain);
    }
  }

  private void noteVanishing(Candidate candidate) {
    Duration out = flaps.vanished(candidate.identity(), System.nanoTime(), policy.quarantine());
    if (!out.isZero()) {
      events.say(
          StackEventType.QUARANTINED,
          candidate,
          0,
          "Stack "
              + candidate.name()
              + " vanished "
              + policy.quarantine().vanishings()
              + " times within "
              + policy.quarantine().window().toSeconds()
              + " s while it was active, so it is not selected by itself for "
              + out.toMillis() / 1000.0
              + " s.");
    }
  }

  private static String quarantined(Duration out) {
    return "It vanished again and again; it may be selected in "
        + Math.max(1, out.toSeconds())
        + " s, or now after it was readmitted or swapped to by hand.";
  }

  private void releaseFromQuarantine(String identity) {
    if (closed.get() || !flaps.wasOut(identity)) { // It may have been rolled back since.
      return;
    }
    Duration left = flaps.left(identity, System.nanoTime());
    if (!left.isZero()) { // A timer may be early by less than it can count.
      background.after(left.plusMillis(1), () -> releaseFromQuarantine(identity));
      return;
    }
    for (Candidate candidate : roster.all(CandidateState.QUARANTINED)) {
      if (candidate.identity().equals(identity)) {
        roster.state(candidate, CandidateState.STANDBY, "Its quarantine is over.");
        background.reselectSoon(true, this::reselect);
      }
    }
  }

  /** See {@link io.sallyport.tls.stack.TlsStacks#readmit}. */
  public void readmit(String name) throws TlsException {
    List<Candidate> out =
        roster.all(CandidateState.QUARANTINED).stream()
            .filter(candidate -> candidate.name().equals(name))
            .toList();
    if (out.isEmpty()) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG, "No stack of the name '" + name + "' is in quarantine.");
    }
    out.forEach(
        candidate -> {
          flaps.forgive(candidate.identity());
          roster.state(candidate, CandidateState.STANDBY, "It was readmitted.");
        });
    background.reselectSoon(true, this::reselect);
  }

  /** What holds now. */
  public Policy policy() {
    return policy;
  }

  /**
   * The configuration changed: what was swapped, unregistered or rolled back by itself no longer
   * counts, when another stack is chosen.
   */
  public void policy(Policy changed) {
    boolean sameChoice = policy.choice().words().equals(changed.choice().words());
    boolean sameGate = policy.gate().equals(changed.gate());
    policy = changed;
    if (!sameChoice) {
      roster.unpin();
      for (Candidate candidate : roster.all(CandidateState.QUARANTINED)) {
        if (flaps.left(candidate.identity(), System.nanoTime()).isZero()) {
          roster.state(candidate, CandidateState.STANDBY, "");
        }
      }
    }
    if (!sameGate) {
      passGateAgain();
    }
    background.reselectSoon(true, this::reselect);
  }

  private void passGateAgain() {
    for (Candidate candidate : roster.all()) {
      Optional<String> kept = policy.gate().refusal(candidate);
      boolean refused = roster.stateOf(candidate) == CandidateState.REFUSED;
      if (kept.isPresent() && !refused) {
        refuse(candidate, kept.get(), false);
      } else if (kept.isEmpty() && refused) {
        examine(candidate, unfit -> arriveAgain(candidate, unfit));
      }
    }
  }

  // ---- ESP-TLS's registration

  /** See {@link io.sallyport.tls.stack.TlsStacks#register}. */
  public void register(@Nullable TlsStackOps ops, String bundle, Supplier<Set<String>> signers)
      throws TlsException {
    register(ops == null ? null : Candidate.byHand(ops, List.of(new Origin(bundle, signers))));
  }

  /**
   * See {@link io.sallyport.tls.stack.TlsStacks#register}. The stack is checked on the calling
   * thread, but nothing of it is called before the gate has been asked.
   *
   * @param candidate see {@link Candidate#byHand}
   */
  public void register(@Nullable Candidate candidate) throws TlsException {
    refuseIfDefaultOnly("register");
    if (candidate == null) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG, "There is no stack to register: the argument is null.");
    }
    Optional<String> kept = policy.gate().refusal(candidate);
    if (kept.isPresent()) {
      sayRefused(candidate, kept.get());
      throw new TlsException(TlsErrorCode.NOT_SUPPORTED, kept.get());
    }
    candidate.check();
    permit.exclusively(
        () -> {
          Generation now = succession.main();
          if (now != null) {
            throw new TlsException(
                TlsErrorCode.INVALID_STATE,
                "Stack "
                    + now.candidate().name()
                    + " is active already; unregister it before you register "
                    + candidate.name()
                    + ", or swap.");
          }
          roster.add(candidate, CandidateState.STANDBY, "");
          try {
            SwapResult result =
                succession.activate(candidate, SwapOptions.DEFAULT, configurations.all(), true);
            roster.pin(candidate);
            return result;
          } catch (TlsException | RuntimeException e) {
            roster.remove(candidate);
            throw e;
          }
        });
  }

  /** See {@link io.sallyport.tls.stack.TlsStacks#unregister}. */
  public void unregister() throws TlsException {
    refuseIfDefaultOnly("unregister");
    permit.exclusively(
        () -> {
          Generation now = succession.main();
          if (now == null) {
            throw new TlsException(
                TlsErrorCode.INVALID_STATE, "No stack is registered, so none can be unregistered.");
          }
          roster.hold();
          if (now.candidate().isRegisteredByHand()) {
            roster.remove(now.candidate());
          }
          watchman.end();
          succession.deactivate(now, CandidateState.STANDBY, "It was unregistered.");
          return now;
        });
  }

  private void refuseIfDefaultOnly(String call) throws TlsException {
    if (policy.defaultStackOnly()) {
      throw new TlsException(
          TlsErrorCode.NOT_SUPPORTED,
          "The platform is configured for default stacks only, so '"
              + call
              + "' is off; set default.stack.only to false in io.sallyport.core.");
    }
  }

  /** The active stack. */
  public Optional<TlsStackOps> registered() {
    return Optional.ofNullable(succession.main()).map(now -> now.candidate().ops());
  }

  /** Name of the active stack; the stack is not asked. */
  public Optional<String> active() {
    return Optional.ofNullable(succession.main()).map(now -> now.candidate().name());
  }

  /** Whether a candidate is there. */
  public boolean contains(Candidate candidate) {
    return roster.contains(candidate);
  }

  /** The best stack of this name that is there, active or not. */
  public Optional<TlsStackOps> stack(String name) {
    Optional<TlsStackOps> current = registered().filter(ops -> ops.name().equals(name));
    return current.isPresent() ? current : roster.named(name).map(Candidate::ops);
  }

  // ---- exchange

  /**
   * Exchanges the active stack for the best candidate that fits, and keeps that choice until it
   * vanishes or the configuration changes.
   *
   * @throws TlsException see {@link io.sallyport.tls.stack.TlsStacks#swap}
   */
  public SwapResult swap(Choice choice, SwapOptions options) throws TlsException {
    return permit.exclusively(
        () -> {
          Candidate target = target(choice);
          Generation now = succession.main();
          SwapResult result;
          if (now != null && now.candidate() == target) {
            watchman.endControl("The active stack was chosen by hand.");
            result =
                new SwapResult(
                    Optional.of(target.name()), target.name(), now.number(), Duration.ZERO, 0);
          } else {
            HandshakeCounts before = watchman.lately();
            result = succession.activate(target, options, configurations.all(), true);
            watchman.watchExchange(now, before);
          }
          chosenByHand(target);
          return result;
        });
  }

  private Candidate target(Choice choice) throws TlsException {
    Optional<Candidate> best = roster.best(choice);
    if (best.isPresent()) {
      return best.get();
    }
    throw new TlsException(
        TlsErrorCode.INVALID_ARG,
        "No stack fits '"
            + choice.words()
            + "'; there are: "
            + roster.names()
            + "."
            + roster.whyRefused(choice).map(why -> " One that fits is refused: " + why).orElse(""));
  }

  private void chosenByHand(Candidate target) {
    flaps.forgive(target.identity());
    roster.pin(target);
  }

  /** See {@link io.sallyport.tls.stack.TlsStacks#prepare}. */
  public StagedSwap prepare(Choice choice, SwapOptions options) throws TlsException {
    return permit.exclusively(
        () -> {
          Candidate target = otherThanActive(choice);
          watchman.refuseDuringControl();
          return succession.stage(target, options);
        });
  }

  /** See {@link io.sallyport.tls.stack.TlsStacks#trial}. */
  public StagedSwap trial(Choice choice, int percent, SwapOptions options) throws TlsException {
    if (percent < 1 || percent > 99) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "A trial takes 1 to 99 percent of the connections, not " + percent + ".");
    }
    return permit.exclusively(
        () -> {
          Candidate target = otherThanActive(choice);
          watchman.refuseDuringControl();
          StagedSwap begun = succession.startTrial(target, percent, options);
          watchman.watchTrial(options);
          return begun;
        });
  }

  private Candidate otherThanActive(Choice choice) throws TlsException {
    Candidate target = target(choice);
    Generation now = succession.main();
    if (now != null && now.candidate() == target) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG, "Stack " + target.name() + " is active already.");
    }
    return target;
  }

  /** See {@link io.sallyport.tls.stack.TlsStacks#commit}. */
  public SwapResult commit() throws TlsException {
    return permit.exclusively(
        () -> {
          Generation former = succession.main();
          HandshakeCounts before = watchman.lately();
          SwapResult result = succession.commit();
          Generation now = Objects.requireNonNull(succession.main());
          watchman.watchExchange(former, before);
          chosenByHand(now.candidate());
          return result;
        });
  }

  /** See {@link io.sallyport.tls.stack.TlsStacks#abort}. */
  public void abort() throws TlsException {
    permit.exclusively(
        () -> {
          watchman.endTrial();
          succession.abort();
          return this;
        });
  }

  /** See {@link io.sallyport.tls.stack.TlsStacks#staged}. */
  public Optional<StagedSwap> staged() {
    return succession.staged();
  }

  // ---- selection by itself

  /** Brings about what policy, rank and pin ask for. Runs in the background. */
  private void reselect() {
    try {
      permit.exclusively(
          () -> {
            selector.select();
            return this;
          });
    } catch (TlsException e) { // The permit did not come in time.
      events.say(StackEventType.NOTHING_ACTIVE, null, 0, message(e));
      background.reselectLater(SELECT_RETRY, this::reselect);
    } catch (Throwable e) { // A broken stack may throw anything.
      events.say(
          StackEventType.NOTHING_ACTIVE,
          null,
          0,
          "The selection of a stack failed: " + Failures.describe(e));
    }
  }

  /** A stack broke its contract; told at most once a second. */
  private void sayBroken(Generation generation, StackFault fault) {
    long now = System.nanoTime();
    if (now - faultToldAt > TimeUnit.SECONDS.toNanos(1)) {
      faultToldAt = now;
      proofs.execute(
          () ->
              events.say(
                  StackEventType.STACK_FAULT,
                  generation.candidate(),
                  generation.number(),
                  "Stack "
                      + generation.candidate().name()
                      + " broke its contract in '"
                      + fault.operation()
                      + "': "
                      + fault.what()
                      + "."));
    }
  }

  // ---- what there is

  /** See {@link io.sallyport.tls.stack.TlsStacks#candidates}. */
  public List<StackDTO> candidates() {
    return roster.describe(this::load);
  }

  private Load load(Candidate candidate) {
    List<Generation> retired = drains.of(candidate);
    Selection now = succession.selection();
    int draining = retired.stream().mapToInt(Generation::connections).sum();
    Generation current =
        now.main() != null && now.main().candidate() == candidate
            ? now.main()
            : now.trial() != null && now.trial().candidate() == candidate ? now.trial() : null;
    Optional<Generation> latest =
        current != null
            ? Optional.of(current)
            : retired.stream().max(Comparator.comparingLong(Generation::number));
    return new Load(
        draining + (current == null ? 0 : current.connections()),
        draining,
        latest.map(of -> of.stats().describe()).orElse(HandshakesDTO.NONE));
  }

  /** See {@link io.sallyport.tls.stack.TlsStacks#connections}. */
  public List<ConnectionDTO> connections(int limit) {
    return succession.inService().stream()
        .flatMap(generation -> generation.describe().stream())
        .sorted(Comparator.comparingLong(ConnectionDTO::id))
        .limit(limit)
        .toList();
  }

  /** See {@link io.sallyport.tls.stack.TlsStacks#events}. */
  public List<StackEvent> events(int limit) {
    return events.newest(limit);
  }

  /** Retires the active stack and ends the background work. Open connections are told to end. */
  @Override
  public void close() {
    closed.set(true);
    background.close();
    examiners.close();
    proofs.close();
    watchman.end();
    succession.close();
  }

  static String message(Exception e) {
    return Failures.message(e);
  }
}
