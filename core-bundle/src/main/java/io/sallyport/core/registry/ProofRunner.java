package io.sallyport.core.registry;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.time.Duration;
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
  private @Nullable Prover prover;

  ProofRunner(ConfigResolver resolver) {
    this.resolver = resolver;
  }

  /**
   * Runs a proof.
   *
   * @param late what to do with a result that came too late
   * @throws TlsException the proof's own, or TIMEOUT when it took too long
   */
  <T> T run(String stack, Duration deadline, Proof<T> proof, Consumer<T> late) throws TlsException {
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
                result.completeExceptionally(e);
              }
            });
    try {
      return result.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw explained(stack, e.getCause());
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

  private static TlsException explained(String stack, @Nullable Throwable cause) {
    String why =
        cause == null
            ? "no reason was given"
            : cause instanceof TlsException ? String.valueOf(cause.getMessage()) : cause + ".";
    TlsErrorCode code =
        cause instanceof TlsException known ? known.code() : TlsErrorCode.SSL_SETUP_FAILED;
    String message = "Stack " + stack + " failed its proof and does not become active: " + why;
    return cause == null ? new TlsException(code, message) : new TlsException(code, message, cause);
  }

  private synchronized Prover prover() throws TlsException {
    Prover known = prover;
    if (known == null) {
      known = new Prover(ThrowAwayIdentity.make(), resolver);
      prover = known;
    }
    return known;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
