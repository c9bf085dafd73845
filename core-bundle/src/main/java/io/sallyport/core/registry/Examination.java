package io.sallyport.core.registry;

import io.sallyport.tls.TlsException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Asks a stack what it is and whether it is complete, on a thread of its own and for a limited
 * time: a stack that blocks holds nobody up.
 */
final class Examination {
  private final Candidate candidate;
  private final Duration deadline;
  private final Consumer<Optional<String>> end;
  private final FutureTask<Optional<String>> asking;
  private final CountDownLatch ended = new CountDownLatch(1);

  private Examination(Candidate candidate, Duration deadline, Consumer<Optional<String>> end) {
    this.candidate = candidate;
    this.deadline = deadline;
    this.end = end;
    this.asking = new FutureTask<>(() -> whyUnfit(candidate));
  }

  /**
   * Begins.
   *
   * @param deadline how long it may take
   * @param end told once, on another thread, why the stack cannot be used; empty when it can
   */
  static Examination begin(
      Candidate candidate,
      Duration deadline,
      Executor threads,
      Background timer,
      Consumer<Optional<String>> end) {
    Examination examination = new Examination(candidate, deadline, end);
    Runnable takeBack = timer.after(deadline, () -> threads.execute(examination::deadlinePassed));
    threads.execute(() -> examination.run(takeBack));
    return examination;
  }

  private void run(Runnable takeBack) {
    asking.run();
    takeBack.run(); // A timer must hold nothing of a bundle that may go.
    if (!asking.isCancelled()) {
      finish(answer());
    }
  }

  private Optional<String> answer() {
    try {
      return asking.get();
    } catch (ExecutionException e) {
      return Optional.of(
          "It failed when it was asked what it can do: " + Failures.describe(e) + ".");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("It was interrupted when it was asked what it can do.");
    }
  }

  private void deadlinePassed() {
    if (asking.cancel(true)) {
      finish(
          Optional.of(
              "It did not say within "
                  + deadline.toMillis()
                  + " ms what it is called and what it can do; stop its bundle "
                  + candidate.bundle()
                  + "."));
    }
  }

  private void finish(Optional<String> unfit) {
    try {
      end.accept(unfit);
    } finally {
      ended.countDown();
    }
  }

  /** Waits a moment for the end: most stacks answer at once. */
  void await(Duration moment) {
    try {
      boolean unused = ended.await(moment.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks on the calling thread. */
  static Optional<String> whyUnfit(Candidate candidate) {
    try {
      candidate.ask();
      candidate.check();
      return Optional.empty();
    } catch (TlsException e) {
      return Optional.of(Failures.message(e) + " [" + e.code() + "]");
    }
  }
}
