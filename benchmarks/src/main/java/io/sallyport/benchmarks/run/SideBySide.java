package io.sallyport.benchmarks.run;

import io.sallyport.benchmarks.proc.Children;
import io.sallyport.benchmarks.proc.Helper;
import io.sallyport.benchmarks.report.Readings;
import io.sallyport.benchmarks.report.Report;
import io.sallyport.benchmarks.subject.Bare;
import io.sallyport.benchmarks.subject.Certificates;
import io.sallyport.benchmarks.subject.Gateway;
import io.sallyport.benchmarks.subject.Nginx;
import io.sallyport.benchmarks.subject.Site;
import io.sallyport.benchmarks.subject.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Measures the gateway on each stack, nginx and the bare proxy side by side, in turns, in one run.
 */
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures the gateway on each stack, nginx and a bare Netty + Conscrypt proxy side by side.",
    footer = {
      "",
      "Exit code: 0 measured (whether or not the marks are met), 1 a subject failed or a connection did, 2 wrong usage.",
      "The gateway's start script reads SALLYPORT_JAVA_OPTS; docs/BENCHMARKS.md describes the method."
    })
public final class SideBySide implements Callable<Integer> {

  /** What can be measured. */
  enum Part {
    start,
    handshake,
    bulk,
    idle
  }

  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Option(
      names = "--quick",
      description = "Short slices and few rounds: shows that everything works, not how fast it is.")
  private boolean quick;

  @Option(
      names = "--subjects",
      split = ",",
      paramLabel = "NAME",
      description =
          "What to measure, in this order: nginx, bare, or the name of a stack. Default: ${DEFAULT-VALUE}")
  private List<String> subjects = List.of("nginx", "bare", "conscrypt", "jsse", "bouncycastle");

  @Option(
      names = "--parts",
      split = ",",
      paramLabel = "PART",
      description = "Of ${COMPLETION-CANDIDATES}. Default: all")
  private List<Part> parts = List.of(Part.values());

  @Option(
      names = "--slice",
      paramLabel = "SECONDS",
      description = "Length of a slice of load, in CPU time of the server.")
  private double slice;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "Rounds of handshakes that do not count.")
  private int warmUp = -1;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds that count, of every kind of load.")
  private int rounds;

  @Option(
      names = "--java-home",
      paramLabel = "DIR",
      description = "The JDK for the gateway and the bare proxy. Default: the one that runs this.")
  private Path javaHome = Path.of(System.getProperty("java.home"));

  @Option(
      names = "--bare-java-opts",
      paramLabel = "OPTIONS",
      description =
          "JVM options of the bare proxy. Default: those of the gateway's start script, and SALLYPORT_JAVA_OPTS.")
  private String bareJavaOptions = "";

  @Option(names = "--distribution", paramLabel = "DIR", description = "Default: ${DEFAULT-VALUE}")
  private Path distribution = Path.of("launcher/target/sallyport");

  @Option(names = "--nginx", paramLabel = "PROGRAM", description = "Default: ${DEFAULT-VALUE}")
  private String nginx = "nginx";

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "For logs and the report. Default: ${DEFAULT-VALUE}/TIME")
  private Path output = Path.of("benchmarks/target/runs");

  @Option(
      names = "--time-limit",
      paramLabel = "MINUTES",
      description = "Everything is killed after that. Default: ${DEFAULT-VALUE}")
  private int timeLimit = 60;

  private SideBySide() {}

  public static void main(String[] args) {
    CommandLine command = new CommandLine(new SideBySide());
    command.setExecutionExceptionHandler(
        (e, line, result) -> {
          line.getErr().println(e.getMessage() == null ? e.toString() : e.getMessage());
          return 1;
        });
    System.exit(command.execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path directory =
        Files.createDirectories(
            output
                .resolve(
                    DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                        .format(LocalDateTime.now(ZoneId.systemDefault())))
                .toAbsolutePath());
    startTimeLimit();
    Readings readings = new Readings();
    Settings settings = settings();
    String machine;
    try (Children children = new Children()) {
      Path ownJava = Path.of(System.getProperty("java.home"), "bin", "java");
      Helper backend = Bench.startBackend(children, ownJava, directory);
      Helper driver = Bench.startDriver(children, ownJava, directory);
      Site site = Certificates.write(directory, Integer.parseInt(backend.awaitReady()));
      driver.awaitReady();
      List<String> javaOptions = JavaOptions.find(bareJavaOptions, launcher(), System.getenv());
      List<Subject> chosen = new ArrayList<>();
      for (String name : subjects) {
        chosen.add(subject(name, children, site, javaOptions));
      }
      machine = Machine.describe(javaHome, nginxVersion(chosen), javaOptions, settings);
      System.out.println(machine);
      Bench bench = new Bench(directory, backend, driver, chosen, readings, System.out::println);
      for (Phase phase : phases(settings)) {
        phase.run(bench);
      }
    }
    String report = machine + "\n" + new Report(subjects, readings).text();
    Path file = Files.writeString(directory.resolve("report.md"), report);
    System.out.println(
        "\n" + report + "\n(" + file + ", load average at the end " + Machine.loadAverage() + ")");
    return readings.problems().isEmpty() ? 0 : 1;
  }

  private Path launcher() {
    return distribution.resolve("bin/sallyport").toAbsolutePath();
  }

  private Subject subject(String name, Children children, Site site, List<String> javaOptions)
      throws IOException {
    return switch (name) {
      case "nginx" -> new Nginx(children, site, nginx);
      case "bare" -> new Bare(children, site, javaHome.resolve("bin/java"), javaOptions);
      case "" ->
          throw new CommandLine.ParameterException(spec.commandLine(), "--subjects: an empty name");
      default -> new Gateway(children, site, launcher(), javaHome, name);
    };
  }

  private static String nginxVersion(List<Subject> chosen) {
    return chosen.stream()
        .filter(Nginx.class::isInstance)
        .map(subject -> ((Nginx) subject).version())
        .findFirst()
        .orElse("no nginx");
  }

  private List<Phase> phases(Settings settings) {
    List<Phase> phases = new ArrayList<>();
    if (parts.contains(Part.start)) {
      phases.add(new StartPhase(settings.startRounds()));
    }
    if (parts.contains(Part.idle)) {
      phases.add(new IdlePhase(settings, new JavaMemory(javaHome)));
    }
    if (parts.contains(Part.handshake) || parts.contains(Part.bulk)) {
      phases.add(
          new LoadPhase(settings, parts.contains(Part.handshake), parts.contains(Part.bulk)));
    }
    return phases;
  }

  private Settings settings() {
    Settings settings = quick ? Settings.quick() : Settings.full();
    if (slice > 0) {
      settings = settings.withSlice(slice);
    }
    if (warmUp >= 0) {
      settings = settings.withWarmUp(warmUp);
    }
    return rounds > 0 ? settings.withRounds(rounds) : settings;
  }

  private void startTimeLimit() {
    Thread limit =
        new Thread(
            () -> {
              try {
                TimeUnit.MINUTES.sleep(timeLimit);
                System.err.println("Stopped after " + timeLimit + " minutes (--time-limit)");
                System.exit(1); // the shutdown hook of the children kills them
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "time-limit");
    limit.setDaemon(true);
    limit.start();
  }
}
