package io.sallyport.core.registry;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Leases counted as they must not be: what finds no race here finds none elsewhere either. */
@JCStressTest
@Outcome(id = "2", expect = ACCEPTABLE, desc = "Both are counted.")
@Outcome(expect = FORBIDDEN, desc = "A lease is lost.")
@State
public class PlantedRace {
  private int leases;

  /** A connection. */
  @Actor
  public void one() {
    leases++;
  }

  /** Another one. */
  @Actor
  public void other() {
    leases++;
  }

  /** What is left. */
  @Arbiter
  public void count(I_Result r) {
    r.r1 = leases;
  }
}
