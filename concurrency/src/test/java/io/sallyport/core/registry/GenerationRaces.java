package io.sallyport.core.registry;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.ZL_Result;

/**
 * Connections against the end of their generation: it drains exactly once, after its last context
 * was closed, and nothing of it is used after its end.
 */
public class GenerationRaces {
  private GenerationRaces() {}

  /** A connection opens and closes while its stack is retired. */
  @JCStressTest
  @Outcome(id = "(true|false), ", expect = ACCEPTABLE, desc = "A handle, or the successor's.")
  @Outcome(expect = FORBIDDEN, desc = "What is wrong is the second result.")
  @State
  public static class OpenAndRetire {
    private final RacedGeneration raced = new RacedGeneration(true);

    /** The connection. */
    @Actor
    public void open(ZL_Result r) {
      r.r1 = raced.useOnce();
    }

    /** The exchange. */
    @Actor
    public void retire() {
      raced.generation().retire();
    }

    /** What is left. */
    @Arbiter
    public void end(ZL_Result r) {
      r.r2 = raced.verdict();
    }
  }

  /** The first connection of a configuration prepares it while the stack is retired. */
  @JCStressTest
  @Outcome(id = "(true|false), ", expect = ACCEPTABLE, desc = "A handle, or the successor's.")
  @Outcome(expect = FORBIDDEN, desc = "What is wrong is the second result.")
  @State
  public static class PrepareAndRetire {
    private final RacedGeneration raced = new RacedGeneration(false);

    /** The connection. */
    @Actor
    public void open(ZL_Result r) {
      r.r1 = raced.useOnce();
    }

    /** The exchange. */
    @Actor
    public void retire() {
      raced.generation().retire();
    }

    /** What is left. */
    @Arbiter
    public void end(ZL_Result r) {
      r.r2 = raced.verdict();
    }
  }

  /** Two connections prepare one configuration; one of them is forgotten at once. */
  @JCStressTest
  @Outcome(id = "(true|false), ", expect = ACCEPTABLE, desc = "Prepared, or forgotten meanwhile.")
  @Outcome(expect = FORBIDDEN, desc = "What is wrong is the second result.")
  @State
  public static class PrepareAndForget {
    private final RacedGeneration raced = new RacedGeneration(false);

    /** The connection. */
    @Actor
    public void open(ZL_Result r) {
      r.r1 = raced.useOnce();
    }

    /** The configuration goes out of use. */
    @Actor
    public void forget() {
      raced.useOnce();
      raced.generation().forget(RacedGeneration.CONFIG);
    }

    /** What is left. */
    @Arbiter
    public void end(ZL_Result r) {
      raced.generation().retire();
      r.r2 = raced.verdict();
    }
  }

  /** The global CA store changes while the stack is retired. */
  @JCStressTest
  @Outcome(id = "true, ", expect = ACCEPTABLE, desc = "All contexts are closed.")
  @Outcome(expect = FORBIDDEN, desc = "What is wrong is the second result.")
  @State
  public static class RenewAndRetire {
    private final RacedGeneration raced = new RacedGeneration(true);

    /** The change. */
    @Actor
    public void renew(ZL_Result r) {
      raced.renew();
      r.r1 = true;
    }

    /** The exchange. */
    @Actor
    public void retire() {
      raced.generation().retire();
    }

    /** What is left. */
    @Arbiter
    public void end(ZL_Result r) {
      r.r2 = raced.verdict();
    }
  }

  /** The global CA store changes while a connection opens. */
  @JCStressTest
  @Outcome(id = "(true|false), ", expect = ACCEPTABLE, desc = "A handle, or it tries again.")
  @Outcome(expect = FORBIDDEN, desc = "What is wrong is the second result.")
  @State
  public static class OpenAndRenew {
    private final RacedGeneration raced = new RacedGeneration(true);

    /** The connection. */
    @Actor
    public void open(ZL_Result r) {
      r.r1 = raced.useOnce();
    }

    /** The change. */
    @Actor
    public void renew() {
      raced.renew();
    }

    /** What is left. */
    @Arbiter
    public void end(ZL_Result r) {
      raced.generation().retire();
      r.r2 = raced.verdict();
    }
  }

  /** Who has a handle when the drain deadline passes is told; who is told has a handle. */
  @JCStressTest
  @Outcome(id = "opened and told, ", expect = ACCEPTABLE, desc = "It was in time.")
  @Outcome(id = "refused, ", expect = ACCEPTABLE, desc = "The successor takes it, untold.")
  @Outcome(expect = FORBIDDEN, desc = "Told in vain or not at all, or see the second result.")
  @State
  public static class OpenAndDrainDeadline {
    private final RacedGeneration raced = new RacedGeneration(true);
    private final AtomicInteger told = new AtomicInteger();
    private @Nullable TlsHandle handle;

    /** The connection. */
    @Actor
    public void open() {
      handle = raced.open(told::incrementAndGet);
    }

    /** The exchange, with no time to drain. */
    @Actor
    public void end() {
      raced.generation().retire();
      raced.generation().drainDeadlinePassed();
    }

    /** What is left. */
    @Arbiter
    public void end(LL_Result r) {
      r.r1 =
          (handle == null ? "refused" : "opened")
              + (told.get() == 0 ? "" : told.get() == 1 ? " and told" : " and told twice");
      if (handle != null) {
        handle.close();
      }
      r.r2 = raced.verdict();
    }
  }

  /** After the stack's bundle is gone no call reaches it through a handle that is left. */
  @JCStressTest
  @Outcome(id = "(refused|revoked), ", expect = ACCEPTABLE, desc = "Nothing reaches the stack.")
  @Outcome(expect = FORBIDDEN, desc = "A call reached it, or see the second result.")
  @State
  public static class OpenAndRevoke {
    private final RacedGeneration raced = new RacedGeneration(true);
    private @Nullable TlsHandle handle;

    /** The connection. */
    @Actor
    public void open() {
      handle = raced.open(() -> {});
    }

    /** The bundle stops, and nobody ends a connection. */
    @Actor
    public void end() {
      raced.generation().retire();
      raced.generation().drainDeadlinePassed();
      raced.generation().revoke();
    }

    /** What is left. */
    @Arbiter
    public void end(LL_Result r) {
      r.r1 = "refused";
      if (handle != null) {
        try {
          handle.flush();
          r.r1 = "reached";
        } catch (TlsException e) {
          r.r1 = "revoked";
        }
        handle.close();
      }
      r.r2 = raced.verdict();
    }
  }
}
