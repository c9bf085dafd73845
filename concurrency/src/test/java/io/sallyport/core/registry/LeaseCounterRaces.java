package io.sallyport.core.registry;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Leases against the close: {@code onEmpty} comes exactly once, never while a lease is held, and
 * after the close there is no lease.
 */
public class LeaseCounterRaces {
  private LeaseCounterRaces() {}

  /** Counts how often it was told to be empty. */
  static class Counter {
    final AtomicInteger emptied = new AtomicInteger();
    final LeaseCounter leases = new LeaseCounter(emptied::incrementAndGet);

    /** 0 without a lease, 1 with one, 2 when it was told to be empty meanwhile. */
    int leaseAndRelease() {
      int lease = leases.acquire();
      if (lease == LeaseCounter.REFUSED) {
        return 0;
      }
      int seen = emptied.get();
      leases.release(lease);
      return 1 + seen;
    }
  }

  /** A lease is taken and given back while it closes. */
  @JCStressTest
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "Refused.")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Leased; empty after that.")
  @Outcome(expect = FORBIDDEN, desc = "Empty under a lease, never, or twice.")
  @State
  public static class LeaseAndClose extends Counter {
    /** The connection. */
    @Actor
    public void lease(II_Result r) {
      r.r1 = leaseAndRelease();
    }

    /** The exchange. */
    @Actor
    public void close() {
      leases.close();
    }

    /** What is left. */
    @Arbiter
    public void count(II_Result r) {
      r.r2 = emptied.get();
    }
  }

  /** The last lease is given back while it closes. */
  @JCStressTest
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "Empty once, after the release began.")
  @Outcome(expect = FORBIDDEN, desc = "Empty under a lease, never, or twice.")
  @State
  public static class ReleaseAndClose extends Counter {
    private final int lease = leases.acquire();

    /** The connection. */
    @Actor
    public void release(II_Result r) {
      r.r1 = emptied.get();
      leases.release(lease);
    }

    /** The exchange. */
    @Actor
    public void close() {
      leases.close();
    }

    /** What is left. */
    @Arbiter
    public void count(II_Result r) {
      r.r2 = emptied.get();
    }
  }

  /** Two connections; the second one's thread closes: cells are shared or not, by thread. */
  @JCStressTest
  @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "The first came too late.")
  @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "Both were leased.")
  @Outcome(expect = FORBIDDEN, desc = "Empty under a lease, never, or twice.")
  @State
  public static class TwoLeasesAndClose extends Counter {
    /** A connection. */
    @Actor
    public void one(III_Result r) {
      r.r1 = leaseAndRelease();
    }

    /** Another one, and the exchange. */
    @Actor
    public void other(III_Result r) {
      r.r2 = leaseAndRelease();
      leases.close();
    }

    /** What is left. */
    @Arbiter
    public void count(III_Result r) {
      r.r3 = emptied.get();
    }
  }

  /** Whoever knows that it is closed gets no lease. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "Not closed yet, or in between.")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "Not known to be closed: leased.")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "Known to be closed: refused.")
  @Outcome(expect = FORBIDDEN, desc = "A lease after the close.")
  @State
  public static class LeaseAfterClose extends Counter {
    private volatile boolean closed;

    /** The exchange. */
    @Actor
    public void close() {
      leases.close();
      closed = true;
    }

    /** The connection. */
    @Actor
    public void lease(II_Result r) {
      r.r1 = closed ? 1 : 0;
      r.r2 = leases.acquire() == LeaseCounter.REFUSED ? 0 : 1;
    }
  }
}
