package io.sallyport.core.registry;

import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.DrainListener;
import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import io.sallyport.tls.Trust;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.TlsStackContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One activation of a stack: its prepared contexts and its open handles. A handle keeps its
 * generation for its whole life; a retired generation ends with its last handle.
 */
final class Generation {
  private final long number;
  private final Candidate candidate;
  private final AtomicLong connectionIds;
  private final ConfigResolver resolver;
  private final Runnable onDrained;
  private final Map<TlsConfig, ContextRef> contexts = new ConcurrentHashMap<>();
  private final Set<LeasedHandle> handles = ConcurrentHashMap.newKeySet();

  /** Open contexts, and one more until it is retired. */
  private final AtomicInteger open = new AtomicInteger(1);

  private volatile boolean retired;
  private volatile boolean drainDeadlinePassed;

  /**
   * Begins an activation.
   *
   * @param prepared the contexts that the proof made, by configuration; this takes them over
   * @param resolver completes configurations before they are prepared
   * @param onDrained called once when it is retired and its last handle is closed
   */
  Generation(
      long number,
      Candidate candidate,
      Map<TlsConfig, TlsStackContext> prepared,
      AtomicLong connectionIds,
      ConfigResolver resolver,
      Runnable onDrained) {
    this.number = number;
    this.candidate = candidate;
    this.connectionIds = connectionIds;
    this.resolver = resolver;
    this.onDrained = onDrained;
    prepared.forEach((config, context) -> contexts.put(config, newRef(context)));
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
    if (ref == null || !ref.tryRetain()) {
      return Optional.empty();
    }
    TlsHandle handle;
    try {
      handle = ref.context().newHandle(peer, transport, session);
    } catch (TlsException | RuntimeException e) {
      ref.release();
      throw e;
    }
    LeasedHandle leased =
        new LeasedHandle(
            handle,
            this,
            ref,
            connectionIds.incrementAndGet(),
            config instanceof ClientConfig ? Role.CLIENT : Role.SERVER,
            peer,
            onDrain);
    handles.add(leased);
    if (drainDeadlinePassed) { // Too late to be told to end; the successor takes it.
      leased.close();
      return Optional.empty();
    }
    return Optional.of(leased);
  }

  boolean hasPrepared(TlsConfig config) {
    return contexts.containsKey(config);
  }

  /** Makes sure that a configuration has a context, unless the generation is retired. */
  void prepare(TlsConfig config) throws TlsException {
    if (contexts.containsKey(config) || retired) {
      return;
    }
    adopt(config, complete(config));
  }

  private TlsStackContext complete(TlsConfig config) throws TlsException {
    return candidate.ops().prepare(resolver.resolve(config, candidate.ops()));
  }

  /** Makes a new context for a configuration; connections that are open keep the old one. */
  private void renew(TlsConfig config) throws TlsException {
    if (!retired) {
      TlsStackContext fresh = complete(config);
      ContextRef old = contexts.put(config, newRef(fresh));
      if (old != null) {
        old.release();
      }
      dropIfRetired(config);
    }
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
    ContextRef fresh = newRef(context);
    if (contexts.putIfAbsent(config, fresh) != null) {
      fresh.release();
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
    ContextRef ref = contexts.remove(config);
    if (ref != null) {
      ref.release();
    }
  }

  /** Takes no more handles. Called once, after another generation (or none) became active. */
  void retire() {
    retired = true;
    for (TlsConfig config : contexts.keySet()) {
      forget(config);
    }
    closedOne();
  }

  /** Tells the owners of the handles that are left. */
  int drainDeadlinePassed() {
    drainDeadlinePassed = true;
    List<LeasedHandle> left = new ArrayList<>(handles);
    left.forEach(LeasedHandle::drainDeadlinePassed);
    return left.size();
  }

  void closed(LeasedHandle handle) {
    handles.remove(handle);
  }

  Set<LeasedHandle> handles() {
    return handles;
  }

  private ContextRef newRef(TlsStackContext context) {
    open.incrementAndGet();
    return new ContextRef(context, this::closedOne);
  }

  private void closedOne() {
    if (open.decrementAndGet() == 0) {
      onDrained.run();
    }
  }
}
