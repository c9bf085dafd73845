package io.sallyport.benchmarks.run;

import io.sallyport.benchmarks.report.Metric;
import io.sallyport.benchmarks.subject.Subject;
import java.io.IOException;

/** Time from the start of a process to the first handshake with it. */
final class StartPhase implements Phase {

  private final int rounds;

  StartPhase(int rounds) {
    this.rounds = rounds;
  }

  @Override
  public void run(Bench bench) throws InterruptedException {
    // The first start of all only warms the client up: its own first handshake takes longer than
    // nginx's start.
    for (int round = 0; round <= rounds; round++) {
      for (Subject subject : bench.subjects()) {
        try {
          Bench.Running running = bench.start(subject);
          double millis = running.startTime().toNanos() / 1e6;
          double cpuMillis = running.startCpu().toNanos() / 1e6;
          running.stop();
          bench.say(
              String.format(
                  "start %d/%d  %-14s %6.0f ms (%.0f ms of CPU time)",
                  round, rounds, subject.name(), millis, cpuMillis));
          if (round == 0) {
            bench.readings().warmUp(subject.name(), Metric.START, millis);
          } else {
            bench.readings().measured(subject.name(), Metric.START, millis);
            bench.readings().measured(subject.name(), Metric.START_CPU, cpuMillis);
          }
        } catch (IOException | RuntimeException e) {
          bench.giveUp(subject, "its start", e);
        }
      }
    }
  }
}
