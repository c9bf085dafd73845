package io.sallyport.benchmarks.run;

import io.sallyport.benchmarks.report.Metric;
import io.sallyport.benchmarks.report.Readings;
import io.sallyport.benchmarks.subject.Subject;
import java.io.IOException;
import java.time.Duration;

/** Resident memory per idle connection, each time in a fresh process. */
final class IdlePhase implements Phase {

  /**
   * Loads the classes and fills the pools that the first connections need, whatever their number.
   */
  private static final Duration WARM_UP = Duration.ofSeconds(2);

  private static final Duration SETTLE = Duration.ofSeconds(1);
  private static final Duration OPEN_DEADLINE = Duration.ofSeconds(60);

  private final Settings settings;
  private final JavaMemory memory;

  IdlePhase(Settings settings, JavaMemory memory) {
    this.settings = settings;
    this.memory = memory;
  }

  @Override
  public void run(Bench bench) throws InterruptedException {
    for (int round = 1; round <= settings.idleRounds(); round++) {
      for (Subject subject : bench.subjects()) {
        try {
          Bench.Running running = bench.start(subject);
          try {
            measure(bench, running, round);
          } finally {
            running.stop();
          }
        } catch (IOException | RuntimeException e) {
          bench.giveUp(subject, "the idle connections", e);
        }
      }
    }
  }

  private void measure(Bench bench, Bench.Running running, int round)
      throws IOException, InterruptedException {
    bench.begin("handshakes", running, settings.clients());
    Thread.sleep(WARM_UP.toMillis());
    bench.end();
    Reading before = read(running);
    bench.begin("idle", running, settings.idleConnections());
    try {
      awaitConnections(bench);
      Reading after = read(running);
      Count count = bench.count();
      if (count.failed() > 0) {
        throw new IllegalStateException(
            count.failed() + " idle connections failed, the last with: " + count.lastFailure());
      }
      double resident =
          (double) (after.residentKib - before.residentKib) / settings.idleConnections();
      String name = running.subject().name();
      Readings readings = bench.readings();
      readings.measured(name, Metric.IDLE, resident);
      readings.measured(name, Metric.RESIDENT, before.residentKib / 1024.0);
      String heapText = "";
      if (running.subject().java()) {
        double heap = (double) (after.heapKib - before.heapKib) / settings.idleConnections();
        readings.measured(name, Metric.IDLE_HEAP, heap);
        heapText = String.format(", live heap %.1f KiB each", heap);
      }
      bench.say(
          String.format(
              "idle %d/%d  %-14s %6.1f KiB each%s (%d MiB before)",
              round, settings.idleRounds(), name, resident, heapText, before.residentKib / 1024));
    } finally {
      bench.end();
    }
  }

  private void awaitConnections(Bench bench) throws InterruptedException {
    long deadline = System.nanoTime() + OPEN_DEADLINE.toNanos();
    while (bench.count().done() < settings.idleConnections()) {
      if (System.nanoTime() > deadline) {
        Count count = bench.count();
        throw new IllegalStateException(
            "only "
                + count.done()
                + " idle connections within "
                + OPEN_DEADLINE
                + "; the last failure: "
                + count.lastFailure());
      }
      Thread.sleep(10);
    }
  }

  private Reading read(Bench.Running running) throws IOException, InterruptedException {
    Thread.sleep(SETTLE.toMillis());
    long heap = running.subject().java() ? memory.collectGarbage(running.tree().javaPid()) : 0;
    return new Reading(running.tree().residentKib(), heap);
  }

  private record Reading(long residentKib, long heapKib) {}
}
