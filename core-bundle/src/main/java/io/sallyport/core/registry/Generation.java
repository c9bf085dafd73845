package io.sallyport.core.registry;

import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.DrainListener;
import io.sallyport.tls.KeyReference;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Provenance;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import io.sallyport.tls.Trust;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.ConnectionDTO;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.TlsStackContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One activation of a stack: its prepared contexts and its open handles. A handle keeps its
 * generation for its whole life; a retired generation ends with its last handle.
 */
final class Generation {
  /** Until so many handshakes are done they are kept off event loops, in case the stack blocks. */
  private static final int PROBATION = 2;

  private final long number;
  private final Candidate candidate;
  private final boolean ownIdentity;
  private final Capabilities capabilities;
  private final AtomicLong connectionIds;
  private final ConfigResolver resolver;
  private final Configurations configurations;
  private final Listener listener;
  private final Runnable onDrained;
  private final HandshakeStats stats = new HandshakeStats();
  private final StackCalls calls = new StackCalls();
  private final AtomicInteger probation;
  private final Map<TlsConfig, ContextRef> contexts = new ConcurrentHashMap<>();
  private final Map<TlsConfig, TlsException> failures = new ConcurrentHashMap<>();
  private final Set<LeasedHandle> handles = ConcurrentHashMap.newKeySet();

  /** Open contexts, those that are being prepared, and one more until it is retired. */
  private final AtomicInteger open = new AtomicInteger(1);

  private final AtomicBoolean told = new AtomicBoolean();
  private final AtomicBoolean retiring = new AtomicBoolean();
  private volatile boolean retired;
  private volatile boolean drainDeadlinePassed;

  /**
   * Begins an activation.
   *
   * @param proved the contexts that the proof made; this takes them over
   * @param trusted whether the stack has completed real handshakes before
   * @param resolver completes configurations before they are prepared
   * @param listener told when the stack breaks its contract, and when it has proved itself
   * @param onDrained called once when it is retired and its last handle is closed
   */
  Generation(
      long number,
      Candidate candidate,
      Proved proved,
      boolean trusted,
      AtomicLong connectionIds,
      ConfigResolver resolver,
      Configurations configurations,
      Listener listener,
      Runnable onDrained) {
    this.number = number;
    this.candidate = candidate;
    this.ownIdentity = proved.ownIdentity();
    this.capabilities = proved.capabilities();
    this.probation = new AtomicInteger(trusted ? 0 : PROBATION);
    this.connectionIds = connectionIds;
    this.resolver = resolver;
    this.configurations = configurations;
    this.listener = listener;
    this.onDrained = onDrained;
    proved.contexts().forEach((config, context) -> contexts.put(config, newRef(config, context)));
  }

  /** Told what its stack does. Called on any thread, also an event loop: returns at once. */
  interface Listener {
    /** A breach of the contract. */
    void broken(Generation generation, StackFault fault);

    /** Its first real handshakes are done. */
    default void provedItself(Generation generation) {}
  }

  long number() {
    return number;
  }

  Candidate candidate() {
    return candidate;
  }

  int connections() {
    return handles.size();
  }

  /**
   * Makes a handle, or gives nothing when the generation has been retired meanwhile: the caller
   * tries again with its successor.
   */
  Optional<TlsHandle> open(
      TlsConfig config,
      Peer peer,
      Transport transport,
      DrainListener onDrain,
      Optional<ClientSession> session)
      throws TlsException {
    ContextRef ref = contexts.get(config);
    if (ref == null) {
      prepare(config);
      ref = contexts.get(config);
    }
    if (ref == null) {
      return Optional.empty();
    }
    int lease = ref.lease();
    if (lease == LeaseCounter.REFUSED) {
      return Optional.empty();
    }
    TlsHandle handle = newHandle(ref, lease, peer, transport, session);
    LeasedHandle leased =
        new LeasedHandle(
            handle,
            this,
            ref,
            lease,
            connectionIds.incrementAndGet(),
            mayBlock(handle),
            hasDevice(config),
            config instanceof ClientConfig ? Role.CLIENT : Role.SERVER,
            peer,
            onDrain);
    handles.add(leased);
    if (drainDeadlinePassed && leased.claimEnd()) { // Not told to end: the successor takes it.
      leased.close();
      return Optional.empty();
    }
    return Optional.of(leased);
  }

  private TlsHandle newHandle(
      ContextRef ref, int lease, Peer peer, Transport transport, Optional<ClientSession> session)
      throws TlsException {
    boolean made = false;
    int call = calls.begin(StackCalls.Operation.NEW_HANDLE);
    try {
      TlsHandle handle = ref.context().newHandle(peer, transport, session);
      if (handle == null) {
        throw broken(new StackFault("newHandle", "it returned null"), peer, null);
      }
      made = true;
      return handle;
    } catch (TlsException e) {
      if (e.peerAtFault()) {
        stats.failedByPeer();
      } else if (e.code() != TlsErrorCode.SE_FAILED || !hasDevice(ref.config())) {
        stats.failed();
      }
      throw e;
    } catch (Throwable e) { // A broken stack may throw anything.
      throw broken(new StackFault("newHandle", "it threw " + Failures.describe(e)), peer, e);
    } finally {
      calls.end(call);
      if (!made) {
        ref.release(lease);
      }
    }
  }

  /** What the stack is being called for. */
  StackCalls calls() {
    return calls;
  }

  /** Looks at the calls that are under way. On the registry's own thread. */
  void lookAtCalls(long now) {
    calls.look(now, this::fault);
  }

  private boolean mayBlock(TlsHandle handle) {
    int call = calls.begin(StackCalls.Operation.MAY_BLOCK);
    try {
      return handle.mayBlock();
    } catch (Throwable e) {
      return false; // It will fail in its handshake, too, and there it is told.
    } finally {
      calls.end(call);
    }
  }

  /** Whether a private key may be in a device, which takes its time and fails by itself. */
  private boolean hasDevice(TlsConfig config) {
    return ownIdentity || Device.holdsKeyOf(config);
  }

  private TlsException broken(StackFault fault, Peer peer, @Nullable Throwable cause) {
    fault(fault);
    String sentence =
        "No TLS connection with "
            + peer
            + ": stack "
            + candidate.name()
            + " broke its contract in '"
            + fault.operation()
            + "' ("
            + fault.what()
            + "); report that to the stack's maker.";
    return cause == null
        ? new TlsException(TlsErrorCode.FAIL, sentence)
        : new TlsException(TlsErrorCode.FAIL, sentence, cause);
  }

  void fault(StackFault fault) {
    stats.fault();
    listener.broken(this, fault);
  }

  /** A handshake is done. */
  void done(long nanos) {
    stats.done(nanos);
    if (isOnProbation() && probation.decrementAndGet() == 0) {
      listener.provedItself(this);
    }
  }

  /** Whether it has not shown yet that its handshakes come to an end. */
  boolean isOnProbation() {
    return probation.get() > 0;
  }

  HandshakeStats stats() {
    return stats;
  }

  /** Whether the stack shows an identity of its own. */
  boolean ownIdentity() {
    return ownIdentity;
  }

  /** What the stack said that it can, when it was proved. */
  Capabilities capabilities() {
    return capabilities;
  }

  Provenance provenance(ContextRef context) {
    return new Provenance(
        candidate.name(), candidate.libraryVersion(), number, context.keyLocation());
  }

  boolean hasPrepared(TlsConfig config) {
    return contexts.containsKey(config);
  }

  /** Makes sure that a configuration has a context, unless the generation is retired. */
  void prepare(TlsConfig config) throws TlsException {
    if (contexts.containsKey(config) || !hold()) {
      return;
    }
    try {
      if (!retired) {
        adopt(config, complete(config));
        failures.remove(config);
      }
    } catch (TlsException e) {
      failures.put(config, e);
      throw e;
    } finally {
      closedOne();
    }
  }

  /** Takes contexts over that were proved elsewhere. */
  void adopt(Map<TlsConfig, TlsStackContext> proved) {
    proved.forEach(
        (config, context) -> {
          if (hold()) {
            try {
              adopt(config, context);
            } finally {
              closedOne();
            }
          } else {
            Proved.closeQuietly(context);
          }
        });
  }

  /** Why a configuration could not be prepared when that was tried last. */
  Optional<TlsException> failure(TlsConfig config) {
    return Optional.ofNullable(failures.get(config));
  }

  void failed(TlsConfig config, TlsException why) {
    failures.put(config, why);
  }

  /** Keeps it from being drained until {@link #closedOne}, unless it is drained already. */
  private boolean hold() {
    int now = open.get();
    while (now > 0) {
      int seen = open.compareAndExchange(now, now + 1);
      if (seen == now) {
        return true;
      }
      now = seen;
    }
    return false;
  }

  private TlsStackContext complete(TlsConfig config) throws TlsException {
    TlsConfig complete = resolver.resolve(config, candidate.ops());
    try {
      return Prover.present(candidate.ops().prepare(complete));
    } catch (TlsException e) {
      throw e;
    } catch (Throwable e) {
      StackFault fault = new StackFault("prepare", "it threw " + Failures.describe(e));
      fault(fault);
      throw new TlsException(
          TlsErrorCode.SSL_SETUP_FAILED,
          "Stack "
              + candidate.name()
              + " broke its contract in 'prepare' ("
              + fault.what()
              + "); report that to the stack's maker.",
          e);
    }
  }

  /** Makes a new context for a configuration; connections that are open keep the old one. */
  private void renew(TlsConfig config) throws TlsException {
    if (!hold()) {
      return;
    }
    try {
      if (!retired) {
        replace(config, complete(config));
      }
    } finally {
      closedOne();
    }
  }

  private void replace(TlsConfig config, TlsStackContext context) {
    ContextRef old = contexts.put(config, newRef(config, context));
    if (old != null) {
      old.drop();
    }
    dropIfRetired(config);
  }

  /**
   * Renews every configuration that verifies by the global CA store; those that are not in use are
   * prepared again when they are.
   */
  void renewGlobalStore(Predicate<TlsConfig> inUse, Consumer<String> onFailure) {
    for (TlsConfig config : contexts.keySet()) {
      if (!(config.trust() instanceof Trust.GlobalStore)) {
        continue;
      }
      if (!inUse.test(config)) {
        forget(config);
      } else {
        try {
          renew(config);
        } catch (TlsException | RuntimeException e) {
          onFailure.accept(String.valueOf(e.getMessage()));
        }
      }
    }
  }

  private void adopt(TlsConfig config, TlsStackContext context) {
    ContextRef fresh = newRef(config, context);
    if (contexts.putIfAbsent(config, fresh) != null) {
      fresh.drop();
    }
    dropIfRetired(config);
  }

  /** A context that came after {@link #retire} has looked must not stay. */
  private void dropIfRetired(TlsConfig config) {
    if (retired) {
      forget(config);
    }
  }

  /** Drops the contexts of these configurations; they are prepared again when they are used. */
  void forgetAll(Predicate<TlsConfig> which) {
    contexts.keySet().stream().filter(which).forEach(this::forget);
  }

  /** Drops the context of a configuration that is out of use; open handles keep it. */
  void forget(TlsConfig config) {
    failures.remove(config);
    ContextRef ref = contexts.remove(config);
    if (ref != null) {
      ref.drop();
    }
  }

  /** Takes no more handles, after another generation (or none) became active. Once. */
  void retire() {
    if (!retiring.compareAndSet(false, true)) {
      return;
    }
    retired = true;
    for (TlsConfig config : contexts.keySet()) {
      forget(config);
    }
    closedOne();
  }

  /** Tells the owners of the handles that are left. */
  int drainDeadlinePassed() {
    if (!told.compareAndSet(false, true)) {
      return 0;
    }
    drainDeadlinePassed = true;
    List<LeasedHandle> left = new ArrayList<>(handles);
    left.forEach(LeasedHandle::drainDeadlinePassed);
    return left.size();
  }

  void closed(LeasedHandle handle) {
    handles.remove(handle);
  }

  List<ConnectionDTO> describe() {
    return handles.stream().map(handle -> handle.describe(configurations)).toList();
  }

  Set<LeasedHandle> handles() {
    return handles;
  }

  /** The stack's bundle goes: no call reaches what is left of it. */
  int revoke() {
    List<LeasedHandle> left = new ArrayList<>(handles);
    left.forEach(LeasedHandle::revoke);
    return left.size();
  }

  /** Called where it cannot be drained: else it would be drained a second time. */
  private ContextRef newRef(TlsConfig config, TlsStackContext context) {
    open.incrementAndGet();
    return new ContextRef(
        config,
        context,
        keyLocation(config),
        configurations.observed(config),
        calls,
        this::closedOne);
  }

  private String keyLocation(TlsConfig config) {
    if (config.trust() instanceof Trust.PreShared) {
      return "none";
    }
    Optional<KeyReference> hardware = config.hardwareKey();
    if (hardware.isPresent()) {
      String key = hardware.get().key();
      return hardware.get().provider() + (key.isEmpty() ? "" : ":" + key);
    }
    if (Device.holdsKeyOf(config)) {
      return "device"; // An opaque key of somebody's own JCA provider.
    }
    if (ownIdentity) {
      return candidate.name();
    }
    boolean selects =
        config instanceof ServerConfig server && server.certificateSelector().isPresent();
    return config.identity().isPresent() || selects ? "memory" : "none";
  }

  private void closedOne() {
    if (open.decrementAndGet() == 0) {
      onDrained.run();
    }
  }
}
