package io.sallyport.benchmarks.run;

import io.sallyport.benchmarks.proc.ProcessTree;
import io.sallyport.benchmarks.report.Metric;
import io.sallyport.benchmarks.subject.Subject;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * CPU time per handshake and bytes per CPU second. Every subject runs in one process all the time
 * and gets its slices in turns.
 */
final class LoadPhase implements Phase {

  /** Connections are made, and the first bytes flow, before a slice begins. */
  private static final Duration RAMP = Duration.ofMillis(300);

  private static final Duration POLL = Duration.ofMillis(20);

  /** A slice that gets less than a sixth of a core ends early. */
  private static final int MOST_WALL_TIME_PER_SLICE = 6;

  private static final double BYTES_PER_MB = 1e6;

  private final Settings settings;
  private final boolean handshakes;
  private final boolean bulk;

  LoadPhase(Settings settings, boolean handshakes, boolean bulk) {
    this.settings = settings;
    this.handshakes = handshakes;
    this.bulk = bulk;
  }

  @Override
  public void run(Bench bench) throws InterruptedException {
    Map<Subject, Bench.Running> running = new LinkedHashMap<>();
    try {
      for (Subject subject : bench.subjects()) {
        try {
          running.put(subject, bench.start(subject));
        } catch (IOException | RuntimeException e) {
          bench.giveUp(subject, "its start", e);
        }
      }
      if (handshakes) {
        rounds(bench, running, Metric.HANDSHAKE, settings.warmUpRounds(), settings.rounds());
      }
      if (bulk) {
        for (Metric metric :
            new Metric[] {Metric.SEND_1, Metric.SEND_16, Metric.RECEIVE_1, Metric.RECEIVE_16}) {
          rounds(bench, running, metric, settings.bulkWarmUpRounds(), settings.bulkRounds());
        }
      }
    } finally {
      for (Bench.Running subject : running.values()) {
        subject.stop();
      }
    }
  }

  private void rounds(
      Bench bench, Map<Subject, Bench.Running> running, Metric metric, int warmUp, int measured)
      throws InterruptedException {
    for (int round = 1 - warmUp; round <= measured; round++) {
      for (Subject subject : bench.subjects()) {
        Bench.Running process = running.get(subject);
        if (process == null) {
          continue;
        }
        try {
          double value = slice(bench, process, metric, round);
          if (round <= 0) {
            bench.readings().warmUp(subject.name(), metric, value);
          } else {
            bench.readings().measured(subject.name(), metric, value);
          }
        } catch (RuntimeException e) {
          bench.giveUp(subject, metric.title(), e);
        }
      }
    }
  }

  private double slice(Bench bench, Bench.Running process, Metric metric, int round)
      throws InterruptedException {
    begin(bench, process, metric);
    try {
      Thread.sleep(RAMP.toMillis());
      long begin = System.nanoTime();
      long cpuBefore = process.tree().cpuNanos();
      long doneBefore = done(bench, metric);
      double cpuSeconds = awaitWork(process.tree(), cpuBefore);
      double done = done(bench, metric) - doneBefore;
      double seconds = (System.nanoTime() - begin) / 1e9;
      Count count = bench.count();
      String name = process.subject().name();
      if (count.failed() > 0) {
        bench
            .readings()
            .problem(
                name
                    + ", "
                    + metric.title()
                    + ": "
                    + count.failed()
                    + " connections failed, the last with: "
                    + count.lastFailure());
      }
      if (done == 0 || cpuSeconds == 0) {
        throw new IllegalStateException(
            "nothing went through in " + seconds + " s; the last failure: " + count.lastFailure());
      }
      double value =
          metric == Metric.HANDSHAKE ? cpuSeconds / done * 1e6 : done / BYTES_PER_MB / cpuSeconds;
      bench.say(line(metric, round, name, value, done / seconds, 100 * cpuSeconds / seconds));
      return value;
    } finally {
      bench.end();
    }
  }

  /**
   * Waits until the server has worked for a slice: by its own time, because on a busy machine the
   * same wall-clock time would be less warm-up for one subject than for another.
   */
  private double awaitWork(ProcessTree server, long cpuBefore) throws InterruptedException {
    long deadline =
        System.nanoTime() + settings.slice().multipliedBy(MOST_WALL_TIME_PER_SLICE).toNanos();
    long worked = 0;
    while (worked < settings.slice().toNanos() && System.nanoTime() < deadline) {
      Thread.sleep(POLL.toMillis());
      worked = server.cpuNanos() - cpuBefore;
    }
    return worked / 1e9;
  }

  private void begin(Bench bench, Bench.Running process, Metric metric)
      throws InterruptedException {
    switch (metric) {
      case HANDSHAKE -> bench.begin("handshakes", process, settings.clients());
      case SEND_1 -> bench.begin("receive", process, 1);
      case SEND_16 -> bench.begin("receive", process, 16);
      case RECEIVE_1 -> bench.begin("send", process, 1);
      case RECEIVE_16 -> bench.begin("send", process, 16);
      default -> throw new IllegalArgumentException("No load for " + metric);
    }
  }

  private static long done(Bench bench, Metric metric) throws InterruptedException {
    return metric == Metric.RECEIVE_1 || metric == Metric.RECEIVE_16
        ? bench.backendReceived()
        : bench.count().done();
  }

  private static String line(
      Metric metric, int round, String name, double value, double rate, double cpuPercent) {
    String kind = round <= 0 ? "warm-up" : "round " + round;
    String wall =
        metric == Metric.HANDSHAKE
            ? String.format("%.0f/s", rate)
            : String.format("%.0f MB/s", rate / BYTES_PER_MB);
    return String.format(
        "%-26s %-8s %-14s %8.0f %-8s (%s, %.0f %% of a core)",
        metric.title(), kind, name, value, metric.unit(), wall, cpuPercent);
  }
}
