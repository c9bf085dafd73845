package io.sallyport.core.registry;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs proofs on threads of their own, so that a stack which hangs holds nobody up. */
final class ProofRunner implements AutoCloseable {
  /** What is done in the time that a proof may take. */
  interface Proof<T> {
    T run(Prover prover) throws TlsException;
  }

  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "sallyport-proof");
            thread.setDaemon(true);
            return thread;
          });

  private final ConfigResolver resolver;
  private final InstantSource clock;
  private @Nullable Prover prover;

  ProofRunner(ConfigResolver resolver, InstantSource clock) {
    this.resolver = resolver;
    this.clock = clock;
  }

  /** As {@link #run(String, Duration, long, Proof, Consumer)}, from now on. */
  <T> T run(String stack, Duration deadline, Proof<T> proof, Consumer<T> late) throws TlsException {
    return run(stack, deadline, System.nanoTime(), proof, late);
  }

  /**
   * Runs a proof.
   *
   * @param since when the time began, as {@link System#nanoTime} tells it
   * @param late what to do with a result that came too late
   * @throws TlsException the proof's own, or TIMEOUT when it took too long
   */
  <T> T run(String stack, Duration deadline, long since, Proof<T> proof, Consumer<T> late)
      throws TlsException {
    CompletableFuture<T> result = new CompletableFuture<>();
    Future<?> running =
        threads.submit(
            () -> {
              try {
                T proved = proof.run(prover());
                if (!result.complete(proved)) {
                  late.accept(proved);
                }
              } catch (Throwable e) { // A broken stack may throw anything.
                result.completeExceptionally(explained(stack, e));
              }
            });
    try {
      long left = deadline.toNanos() - (System.nanoTime() - since);
      return result.get(Math.max(0, left), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof TlsException explained ? explained : explained(stack, e);
    } catch (TimeoutException e) {
      TlsException tooLate =
          new TlsException(
              TlsErrorCode.TIMEOUT,
              "Stack "
                  + stack
                  + " did not finish its proof within "
                  + deadline.toMillis()
                  + " ms, so it does not become active.");
      result.completeExceptionally(tooLate);
      running.cancel(true);
      throw tooLate;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      result.completeExceptionally(e);
      running.cancel(true);
      throw new TlsException(
          TlsErrorCode.INVALID_STATE, "The proof of stack " + stack + " was interrupted.", e);
    }
  }

  /** Does something else that may wait, unless the end has come. */
  void execute(Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      // Nobody waits for it any more.
    }
  }

  private static TlsException explained(String stack, Throwable cause) {
    boolean known = cause instanceof TlsException;
    return new TlsException(
        cause instanceof TlsException error ? error.code() : TlsErrorCode.SSL_SETUP_FAILED,
        "Stack "
            + stack
            + " failed its proof and does not become active: "
            + (known ? Failures.message(cause) : Failures.describe(cause) + "."),
        cause);
  }

  private synchronized Prover prover() throws TlsException {
    Prover known = prover;
    if (known == null || !known.isCurrent()) {
      known = new Prover(ThrowAwayPki.make(clock), resolver);
      prover = known;
    }
    return known;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
