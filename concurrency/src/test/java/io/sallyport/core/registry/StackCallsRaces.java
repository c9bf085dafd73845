package io.sallyport.core.registry;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.sallyport.core.registry.StackCalls.Operation;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Calls that end against the interrupt of those that take too long. */
public class StackCallsRaces {
  private static final long LONG = 900_000_000L;

  private StackCallsRaces() {}

  /** A second call begins where the first one ended, while that one is interrupted. */
  @JCStressTest
  @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "It had ended before.")
  @Outcome(id = "0, 0, 1", expect = ACCEPTABLE, desc = "The first was interrupted, it is over.")
  @Outcome(id = "[01], 0, 2", expect = ACCEPTABLE, desc = "The second was interrupted.")
  @Outcome(expect = FORBIDDEN, desc = "The interrupt came to what was not meant.")
  @State
  public static class EndAndInterrupt {
    private final StackCalls calls = new StackCalls();
    private int interrupted;

    /** The connection. */
    @Actor
    public void call(III_Result r) {
      calls.end(calls.begin(Operation.READ));
      int next = calls.begin(Operation.WRITE);
      r.r1 = Thread.currentThread().isInterrupted() ? 1 : 0;
      calls.end(next);
      r.r2 = Thread.interrupted() ? 1 : 0;
    }

    /** Who looks: twice at the same call is too long. */
    @Actor
    public void look() {
      for (int i = 1; i <= 3; i++) {
        calls.look(i * LONG, fault -> interrupted = fault.operation().equals("read") ? 1 : 2);
      }
    }

    /** What was done. */
    @Arbiter
    public void count(III_Result r) {
      r.r3 = interrupted;
    }
  }
}
