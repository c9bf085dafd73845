package io.sallyport.core.registry;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.DrainListener;
import io.sallyport.tls.KeyReference;
import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.ConnectionDTO;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.SwapResult;
import io.sallyport.tls.stack.TlsStackContext;
import io.sallyport.tls.stack.TlsStackOps;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
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
  private static final Duration PERMIT_DEADLINE = Duration.ofSeconds(30);
  private static final int RECENT_CONFIGURATIONS = 256;
  private static final Duration DEVICE_RETRY = Duration.ofSeconds(2);

  private final Roster roster = new Roster();
  private final RegistryEvents events;
  private final Background background;
  private final ProofRunner proofs;
  private final Supplier<List<X509Certificate>> globalStore;
  private final ConfigResolver resolver;
  private final AtomicReference<@Nullable Generation> active = new AtomicReference<>();
  private final Semaphore exchangePermit = new Semaphore(1, true);
  private final Set<Generation> draining = ConcurrentHashMap.newKeySet();
  private final List<TlsConfig> inUse = new CopyOnWriteArrayList<>();
  private final RecentConfigs recent = new RecentConfigs(RECENT_CONFIGURATIONS);
  private final AtomicLong generations = new AtomicLong();
  private final AtomicLong connectionIds = new AtomicLong();
  private final AtomicBoolean preparing = new AtomicBoolean();
  private volatile Policy policy;

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
    this.events = events;
    this.globalStore = globalStore;
    this.resolver = resolver;
    this.background = new Background();
    this.proofs = new ProofRunner(resolver);
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
    Generation current = active.get();
    Optional<KeyReference> key = config.hardwareKey();
    if (current != null && key.isPresent() && !current.hasPrepared(config)) {
      throw new TlsException(
          TlsErrorCode.SE_FAILED,
          "There is no device with " + key.get() + " now; it is looked for, try again later.");
    }
    return lease(config, peer, transport, onDrain, session);
  }

  private TlsHandle lease(
      TlsConfig config,
      Peer peer,
      Transport transport,
      DrainListener onDrain,
      Optional<ClientSession> session)
      throws TlsException {
    while (true) {
      Generation now = active.get();
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
    recent.use(config).filter(eldest -> !inUse.contains(eldest)).ifPresent(this::forget);
    return lease(config, peer, transport, onDrain, session);
  }

  private void forget(TlsConfig config) {
    Generation now = active.get();
    if (now != null) {
      now.forget(config);
    }
  }

  // ---- configurations in use

  /**
   * Puts a configuration into use.
   *
   * @throws TlsException what the active stack has against it; it is not in use then
   */
  public void use(TlsConfig config) throws TlsException {
    inUse.add(config);
    Generation now = active.get();
    if (now != null) {
      try {
        now.prepare(config);
      } catch (TlsException | RuntimeException e) {
        inUse.remove(config);
        throw e;
      }
    }
  }

  /** Takes a configuration out of use, once for each {@link #use}. */
  public void release(TlsConfig config) {
    inUse.remove(config);
    if (!inUse.contains(config)) {
      forget(config);
    }
  }

  /** Prepares the configurations that use the global CA store anew, after it changed. */
  public void globalStoreChanged() {
    try {
      // One after another, and not during an exchange: else an older content could win.
      exclusively(
          () -> {
            Generation now = active.get();
            if (now != null) {
              now.candidate().ops().caStore().set(globalStore.get());
              now.renewGlobalStore(
                  inUse::contains, reason -> events.configurationFailed(now.candidate(), reason));
            }
            return this;
          });
    } catch (TlsException e) {
      Generation now = active.get();
      if (now != null) {
        events.configurationFailed(now.candidate(), message(e));
      }
    }
  }

  /**
   * A provider of hardware keys has appeared, or gone: what was prepared with its keys is dropped,
   * and prepared again in the background as soon as that works. Connections that are open go on;
   * until then new ones fail at once.
   */
  public void keysChanged(String provider) {
    Generation now = active.get();
    if (now != null) {
      now.forgetAll(
          config ->
              config.hardwareKey().filter(key -> key.provider().equals(provider)).isPresent());
    }
    prepareMissingSoon(Duration.ZERO);
  }

  /** Not on the thread that selects stacks: it waits for devices. */
  private void prepareMissingSoon(Duration delay) {
    background.after(delay, () -> proofs.execute(this::prepareMissing));
  }

  /** Configurations in use whose device was not there when they were prepared. */
  private void prepareMissing() {
    Generation now = active.get();
    boolean missing = false;
    for (TlsConfig config : inUse) {
      if (now != null && config.hardwareKey().isPresent() && !now.hasPrepared(config)) {
        try {
          now.prepare(config);
        } catch (TlsException | RuntimeException e) {
          missing = true;
        }
      }
    }
    if (missing && preparing.compareAndSet(false, true)) {
      background.after(
          DEVICE_RETRY,
          () -> {
            preparing.set(false);
            proofs.execute(this::prepareMissing);
          });
    }
  }

  // ---- candidates

  /** A stack appeared. It is checked, and may become active soon. */
  public void add(Candidate candidate) {
    try {
      Candidate.check(candidate.ops());
    } catch (TlsException e) {
      roster.add(candidate, CandidateState.REFUSED, message(e));
      events.refused(candidate, message(e));
      return;
    }
    roster.add(candidate, CandidateState.STANDBY, "");
    Choice choice = policy.choice();
    boolean surelyChosen = !choice.words().isEmpty() && choice.matches().test(candidate);
    background.reselectSoon(surelyChosen, this::reselect);
  }

  /**
   * A stack vanished. Returns when another one has taken over, or none can: so the caller, who ends
   * the stack's bundle, leaves no moment without a stack if there is another.
   */
  public void remove(TlsStackOps ops) {
    Optional<Candidate> removed = roster.remove(ops);
    if (removed.isPresent()) {
      background.reselectNow(this::reselect);
    }
  }

  /** What holds now. */
  public Policy policy() {
    return policy;
  }

  /** The configuration changed: what was swapped or unregistered by hand no longer counts. */
  public void policy(Policy changed) {
    boolean sameChoice = policy.choice().words().equals(changed.choice().words());
    policy = changed;
    if (!sameChoice) {
      roster.unpin();
    }
    background.reselectSoon(true, this::reselect);
  }

  // ---- ESP-TLS's registration

  /** See {@link io.sallyport.tls.stack.TlsStacks#register}. */
  public void register(@Nullable TlsStackOps ops) throws TlsException {
    refuseIfDefaultOnly("register");
    if (ops == null) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG, "There is no stack to register: the argument is null.");
    }
    Candidate.check(ops);
    exclusively(
        () -> {
          Generation now = active.get();
          if (now != null) {
            throw new TlsException(
                TlsErrorCode.INVALID_STATE,
                "Stack "
                    + now.candidate().name()
                    + " is active already; unregister it before you register "
                    + ops.name()
                    + ", or swap.");
          }
          Candidate candidate = new Candidate(ops, "", 0, Long.MAX_VALUE, Map.of());
          roster.add(candidate, CandidateState.STANDBY, "");
          try {
            SwapResult result = activate(candidate);
            roster.pin(candidate);
            return result;
          } catch (TlsException e) {
            roster.remove(ops);
            throw e;
          }
        });
  }

  /** See {@link io.sallyport.tls.stack.TlsStacks#unregister}. */
  public void unregister() throws TlsException {
    refuseIfDefaultOnly("unregister");
    exclusively(
        () -> {
          Generation now = active.get();
          if (now == null) {
            throw new TlsException(
                TlsErrorCode.INVALID_STATE, "No stack is registered, so none can be unregistered.");
          }
          roster.hold();
          if (now.candidate().bundle().isEmpty()) {
            roster.remove(now.candidate().ops());
          }
          deactivate(now, "It was unregistered.");
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
    return Optional.ofNullable(active.get()).map(now -> now.candidate().ops());
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
  public SwapResult swap(Choice choice) throws TlsException {
    return exclusively(
        () -> {
          Candidate target =
              roster
                  .best(choice)
                  .orElseThrow(
                      () ->
                          new TlsException(
                              TlsErrorCode.INVALID_ARG,
                              "No stack fits '"
                                  + choice.words()
                                  + "'; there are: "
                                  + roster.names()
                                  + "."));
          Generation now = active.get();
          SwapResult result =
              now != null && now.candidate() == target
                  ? new SwapResult(
                      Optional.of(target.name()), target.name(), now.number(), Duration.ZERO, 0)
                  : activate(target);
          roster.pin(target);
          return result;
        });
  }

  /** Brings about what policy, rank and pin ask for. Runs in the background. */
  private void reselect() {
    try {
      exclusively(
          () -> {
            selectBest();
            return this;
          });
    } catch (TlsException e) {
      events.nothingActive(message(e));
    }
  }

  private void selectBest() {
    Generation now = active.get();
    Generation gone = now != null && !roster.contains(now.candidate()) ? now : null;
    Policy rules = policy;
    List<Candidate> wanted = roster.held() ? List.of() : roster.wanted(rules.choice());
    boolean keep =
        now != null
            && gone == null
            && (roster.pinned(now.candidate())
                || (!rules.greedy() && wanted.contains(now.candidate())));
    if (keep) {
      return;
    }
    for (Candidate candidate : wanted) {
      if (now != null && candidate == now.candidate()) {
        return;
      }
      try {
        activate(candidate);
        return;
      } catch (TlsException e) {
        events.proofFailed(candidate, message(e));
      }
    }
    if ((now == null || gone != null) && !inUse.isEmpty()) {
      // One configuration that no stack can serve must not end the service of all the others.
      for (Candidate candidate : wanted) {
        try {
          activate(candidate, List.of());
          return;
        } catch (TlsException e) {
          // The reason is its general proof's, and was told above.
        }
      }
    }
    if (gone != null) {
      deactivate(gone, "It is no longer there.");
      events.nothingActive("No other stack can take over from " + gone.candidate().name() + ".");
    } else if (wanted.isEmpty() && !rules.choice().words().isEmpty() && !roster.held()) {
      events.nothingActive(
          "No stack fits '"
              + rules.choice().words()
              + "'; there are: "
              + roster.names()
              + (now == null ? "." : "; " + now.candidate().name() + " stays active."));
    }
  }

  /** Proves a candidate with all that is in use and makes it active. */
  private SwapResult activate(Candidate candidate) throws TlsException {
    return activate(candidate, List.copyOf(Set.copyOf(inUse)));
  }

  /** Proves a candidate and makes it active. The caller has the permit. */
  private SwapResult activate(Candidate candidate, List<TlsConfig> configurations)
      throws TlsException {
    long start = System.nanoTime();
    roster.state(candidate, CandidateState.PROVING, "");
    Map<TlsConfig, TlsStackContext> prepared;
    try {
      TlsStackOps ops = candidate.ops();
      prepared =
          proofs.run(
              candidate.name(),
              prover -> {
                ops.caStore().init();
                ops.caStore().set(globalStore.get());
                return prover.prove(ops, configurations);
              });
    } catch (TlsException e) {
      roster.state(candidate, CandidateState.STANDBY, message(e));
      throw e;
    }
    Duration proof = Duration.ofNanos(System.nanoTime() - start);
    long number = generations.incrementAndGet();
    AtomicReference<@Nullable Generation> self = new AtomicReference<>();
    Generation next =
        new Generation(
            number, candidate, prepared, connectionIds, resolver, () -> drained(self.get()));
    self.set(next);
    Generation old = active.getAndSet(next);
    roster.active(candidate, number);
    int left = old == null ? 0 : old.connections();
    prepareLateComers(next);
    SwapResult result =
        new SwapResult(
            Optional.ofNullable(old).map(generation -> generation.candidate().name()),
            candidate.name(),
            number,
            proof,
            left);
    events.activated(candidate, result);
    if (old != null) {
      retire(old);
    }
    return result;
  }

  /** Configurations that came into use while the proof ran, or that the proof left out. */
  private void prepareLateComers(Generation next) {
    for (TlsConfig config : inUse) {
      try {
        next.prepare(config);
      } catch (TlsException | RuntimeException e) {
        events.configurationFailed(next.candidate(), message(e));
        if (config.hardwareKey().isPresent()) {
          prepareMissingSoon(DEVICE_RETRY);
        }
      }
    }
  }

  private void deactivate(Generation now, String reason) {
    active.set(null);
    retire(now);
    roster.state(now.candidate(), CandidateState.STANDBY, reason);
  }

  private void retire(Generation old) {
    draining.add(old);
    roster.retired(old.candidate());
    background.after(policy.drainDeadline(), () -> drainDeadlinePassed(old));
    old.retire();
  }

  private void drainDeadlinePassed(Generation old) {
    if (draining.contains(old)) {
      int left = old.drainDeadlinePassed();
      if (left > 0) {
        events.drainDeadlinePassed(old.candidate(), old.number(), left);
      }
    }
  }

  private void drained(@Nullable Generation old) {
    if (old != null && draining.remove(old)) {
      boolean another = draining.stream().anyMatch(other -> other.candidate() == old.candidate());
      if (!another) {
        roster.drained(old.candidate());
      }
      events.drained(old.candidate(), old.number());
    }
  }

  // ---- what there is

  /** See {@link io.sallyport.tls.stack.TlsStacks#candidates}. */
  public List<StackDTO> candidates() {
    List<Generation> all = new ArrayList<>(draining);
    Generation now = active.get();
    if (now != null) {
      all.add(now);
    }
    return roster.describe(
        candidate ->
            all.stream()
                .filter(generation -> generation.candidate() == candidate)
                .mapToInt(Generation::connections)
                .sum());
  }

  /** See {@link io.sallyport.tls.stack.TlsStacks#connections}. */
  public List<ConnectionDTO> connections(int limit) {
    List<LeasedHandle> all = new ArrayList<>();
    draining.forEach(generation -> all.addAll(generation.handles()));
    Generation now = active.get();
    if (now != null) {
      all.addAll(now.handles());
    }
    return all.stream()
        .sorted(Comparator.comparingLong(LeasedHandle::id))
        .limit(limit)
        .map(LeasedHandle::describe)
        .toList();
  }

  /** Retires the active stack and ends the background work. Open connections are told to end. */
  @Override
  public void close() {
    background.close();
    proofs.close();
    Generation now = active.getAndSet(null);
    if (now != null) {
      draining.add(now);
      now.retire();
    }
    draining.forEach(Generation::drainDeadlinePassed);
  }

  private interface Exchange<T> {
    T perform() throws TlsException;
  }

  private <T> T exclusively(Exchange<T> exchange) throws TlsException {
    boolean permitted;
    try {
      permitted = exchangePermit.tryAcquire(PERMIT_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      permitted = false;
    }
    if (!permitted) {
      throw new TlsException(
          TlsErrorCode.INVALID_STATE,
          "Another exchange of stacks did not end within "
              + PERMIT_DEADLINE.toSeconds()
              + " s; try again when it is done.");
    }
    try {
      return exchange.perform();
    } finally {
      exchangePermit.release();
    }
  }

  private static String message(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
