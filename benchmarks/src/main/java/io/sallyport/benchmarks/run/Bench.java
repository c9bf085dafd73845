package io.sallyport.benchmarks.run;

import io.sallyport.benchmarks.load.Backend;
import io.sallyport.benchmarks.load.LoadDriver;
import io.sallyport.benchmarks.proc.Children;
import io.sallyport.benchmarks.proc.Helper;
import io.sallyport.benchmarks.proc.ProcessTree;
import io.sallyport.benchmarks.report.Readings;
import io.sallyport.benchmarks.subject.Site;
import io.sallyport.benchmarks.subject.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What every phase of a run works with. Confined to one thread. */
final class Bench {

  private static final Duration START_DEADLINE = Duration.ofSeconds(60);
  private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(30);

  private final Path directory;
  private final Helper backend;
  private final Helper driver;
  private final FreePorts ports = new FreePorts();
  private final List<Subject> subjects;
  private final Readings readings;
  private final Consumer<String> progress;
  private int started;

  Bench(
      Path directory,
      Helper backend,
      Helper driver,
      List<Subject> subjects,
      Readings readings,
      Consumer<String> progress) {
    this.directory = directory;
    this.backend = backend;
    this.driver = driver;
    this.subjects = new ArrayList<>(subjects);
    this.readings = readings;
    this.progress = progress;
  }

  static Helper startBackend(Children children, Path java, Path directory) throws IOException {
    return Helper.start(
        children, Backend.class, List.of("-XX:+UseSerialGC", "-Xmx256m"), java, directory);
  }

  static Helper startDriver(Children children, Path java, Path directory) throws IOException {
    return Helper.start(
        children, LoadDriver.class, List.of("-XX:+UseSerialGC", "-Xmx1g"), java, directory);
  }

  Readings readings() {
    return readings;
  }

  /** One line for the person who watches. */
  void say(String line) {
    progress.accept(line);
  }

  /** The subjects that have not failed so far, in order. */
  List<Subject> subjects() {
    return List.copyOf(subjects);
  }

  /** Takes a subject out of the rest of the run: the others go on. */
  void giveUp(Subject subject, String during, Exception cause) {
    subjects.remove(subject);
    String sentence = subject.name() + " was given up during " + during + ": " + cause.getMessage();
    readings.problem(sentence);
    say(sentence);
  }

  /**
   * Starts a subject and waits for its first handshake.
   *
   * @throws IllegalStateException if none succeeds, or one with another suite than all others
   */
  Running start(Subject subject) throws IOException, InterruptedException {
    Path folder =
        Files.createDirectories(
            directory.resolve(String.format("%03d-%s", ++started, subject.name())));
    int port = ports.next();
    long begin = System.nanoTime();
    Process process = subject.start(folder, port);
    try {
      String agreed =
          driver.ask(
              "await " + port + " " + START_DEADLINE.toMillis(),
              START_DEADLINE.plus(ANSWER_DEADLINE));
      Duration startTime = Duration.ofNanos(System.nanoTime() - begin);
      Duration startCpu = Duration.ofNanos(new ProcessTree(process.toHandle()).cpuNanos());
      if (!agreed.equals("TLSv1.3 " + Site.SUITE)) {
        throw new IllegalStateException(
            "Agreed on "
                + agreed
                + " instead of TLSv1.3 "
                + Site.SUITE
                + "; nothing would be comparable");
      }
      return new Running(subject, process, port, startTime, startCpu);
    } catch (RuntimeException e) {
      Children.stop(process);
      throw new IllegalStateException(e.getMessage() + " (its log: " + folder + ")", e);
    }
  }

  /** Begins a load of the driver. */
  void begin(String load, Running subject, int connections) throws InterruptedException {
    driver.ask(load + " " + subject.port() + " " + connections, ANSWER_DEADLINE);
  }

  /** What the driver's load has done so far. */
  Count count() throws InterruptedException {
    return Count.parse(driver.ask("count", ANSWER_DEADLINE));
  }

  /** Bytes that the backend has received so far. */
  long backendReceived() throws InterruptedException {
    return Long.parseLong(backend.ask("received", ANSWER_DEADLINE));
  }

  /** Ends the driver's load and waits until its connections are closed. */
  void end() throws InterruptedException {
    driver.ask("stop", ANSWER_DEADLINE);
  }

  /** A subject whose process listens. */
  record Running(
      Subject subject, Process process, int port, Duration startTime, Duration startCpu) {

    ProcessTree tree() {
      return new ProcessTree(process.toHandle());
    }

    void stop() throws InterruptedException {
      Children.stop(process);
    }
  }
}
