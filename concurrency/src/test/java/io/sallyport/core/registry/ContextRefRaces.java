package io.sallyport.core.registry;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import io.sallyport.tls.stack.TlsStackContext;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;

/** A context is never closed under a lease, and closed exactly once after the last one. */
public class ContextRefRaces {
  private ContextRefRaces() {}

  /** A context that counts. */
  static class Context implements TlsStackContext {
    final AtomicInteger closes = new AtomicInteger();
    final AtomicInteger told = new AtomicInteger();
    final ContextRef ref =
        new ContextRef(
            RacedGeneration.CONFIG,
            this,
            "none",
            new ObservedUse(),
            new StackCalls(),
            told::incrementAndGet);

    @Override
    public TlsHandle newHandle(Peer peer, Transport transport, Optional<ClientSession> session) {
      throw new UnsupportedOperationException("Only leases are raced here.");
    }

    @Override
    public void close() {
      closes.incrementAndGet();
    }

    /** 0 without a lease, 1 with one, more when it was closed under it. */
    int leaseAndRelease() {
      int lease = ref.lease();
      if (lease == LeaseCounter.REFUSED) {
        return 0;
      }
      int seen = closes.get();
      ref.release(lease);
      return 1 + seen;
    }
  }

  /** A connection while its context is dropped. */
  @JCStressTest
  @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "Too late; closed once.")
  @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "Leased; closed once after that.")
  @Outcome(expect = FORBIDDEN, desc = "Closed under a lease, never, or twice.")
  @State
  public static class LeaseAndDrop extends Context {
    /** The connection. */
    @Actor
    public void lease(III_Result r) {
      r.r1 = leaseAndRelease();
    }

    /** The exchange. */
    @Actor
    public void drop() {
      ref.drop();
    }

    /** What is left. */
    @Arbiter
    public void count(III_Result r) {
      r.r2 = closes.get();
      r.r3 = told.get();
    }
  }

  /** Two connections, one of which outlives the drop. */
  @JCStressTest
  @Outcome(id = "0, 0, 1, 1", expect = ACCEPTABLE, desc = "Too late; closed once.")
  @Outcome(id = "1, 0, 1, 1", expect = ACCEPTABLE, desc = "Both leased; closed once after that.")
  @Outcome(expect = FORBIDDEN, desc = "Closed under a lease, never, or twice.")
  @State
  public static class LeaseAndReleaseAfterDrop extends Context {
    private final int held = ref.lease();

    /** The connection. */
    @Actor
    public void lease(IIII_Result r) {
      r.r1 = leaseAndRelease();
    }

    /** The exchange, and then the connection that was there before. */
    @Actor
    public void drop(IIII_Result r) {
      ref.drop();
      r.r2 = closes.get();
      ref.release(held);
    }

    /** What is left. */
    @Arbiter
    public void count(IIII_Result r) {
      r.r3 = closes.get();
      r.r4 = told.get();
    }
  }
}
