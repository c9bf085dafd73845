package io.sallyport.core.registry;

import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.TlsStackContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Runs proofs on threads of their own, so that a stack which hangs holds nobody up. */
final class ProofRunner implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  /** What is to be proved. */
  interface Proof {
    Map<TlsConfig, TlsStackContext> run(Prover prover) throws TlsException;
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
   * @throws TlsException the proof's own, or TIMEOUT when it took too long
   */
  Map<TlsConfig, TlsStackContext> run(String stack, Proof proof) throws TlsException {
    CompletableFuture<Map<TlsConfig, TlsStackContext>> result = new CompletableFuture<>();
    threads.execute(
        () -> {
          try {
            Map<TlsConfig, TlsStackContext> prepared = proof.run(prover());
            if (!result.complete(prepared)) {
              prepared.values().forEach(TlsStackContext::close);
            }
          } catch (TlsException | RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        });
    try {
      return result.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw explained(stack, e.getCause());
    } catch (TimeoutException e) {
      TlsException late =
          new TlsException(
              TlsErrorCode.TIMEOUT,
              "Stack "
                  + stack
                  + " did not finish its proof within "
                  + DEADLINE.toSeconds()
                  + " s, so it does not become active.");
      result.completeExceptionally(late);
      throw late;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      result.completeExceptionally(e);
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
    String why = cause == null ? "no reason was given" : String.valueOf(cause.getMessage());
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
