package io.sallyport.benchmarks.run;

import io.sallyport.benchmarks.proc.Bystanders;
import io.sallyport.benchmarks.proc.Children;
import io.sallyport.benchmarks.proc.Console;
import io.sallyport.benchmarks.proc.Helper;
import io.sallyport.benchmarks.proc.ProcessTree;
import io.sallyport.benchmarks.report.SwapReport;
import io.sallyport.benchmarks.subject.Certificates;
import io.sallyport.benchmarks.subject.Gateway;
import io.sallyport.benchmarks.subject.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures how long handshakes take while stacks are exchanged and while they are not, in turns, in
 * one run.
 */
@Command(
    name = "benchmarks/swaps",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures how long handshakes with the gateway take, with and without exchanges of stacks.",
    footer = {
      "",
      "Exit code: 0 measured, 1 something failed, 2 wrong usage.",
      "docs/BENCHMARKS.md describes the method."
    })
public final class SwapLatency implements Callable<Integer> {
  private static final Duration START_DEADLINE = Duration.ofSeconds(60);
  private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(100);
  private static final Duration COMMAND_DEADLINE = Duration.ofSeconds(60);

  @Option(
      names = "--stacks",
      split = ",",
      paramLabel = "NAME",
      description = "Exchanged in this order, round and round. Default: ${DEFAULT-VALUE}")
  private List<String> stacks = List.of("conscrypt", "jsse");

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "New connections a second. Default: ${DEFAULT-VALUE}")
  private int rate = 200;

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      description = "Time between two exchanges. Default: ${DEFAULT-VALUE}")
  private double every = 5;

  @Option(
      names = "--per-phase",
      paramLabel = "N",
      description = "How often each stack is active in a phase. Default: ${DEFAULT-VALUE}")
  private int perPhase = 2;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "Rounds that do not count. Default: ${DEFAULT-VALUE}")
  private int warmUp = 1;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds that count. Default: ${DEFAULT-VALUE}")
  private int rounds = 10;

  @Option(
      names = "--others",
      paramLabel = "CORES",
      description =
          "Segments during which other programs used more than that do not count. Default: ${DEFAULT-VALUE}")
  private double othersLimit = 0.2;

  @Option(
      names = "--java-home",
      paramLabel = "DIR",
      description = "The JDK for the gateway. Default: the one that runs this.")
  private Path javaHome = Path.of(System.getProperty("java.home"));

  @Option(names = "--distribution", paramLabel = "DIR", description = "Default: ${DEFAULT-VALUE}")
  private Path distribution = Path.of("launcher/target/sallyport");

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "For logs and the report. Default: ${DEFAULT-VALUE}/TIME")
  private Path output = Path.of("benchmarks/target/runs");

  private SwapLatency() {}

  public static void main(String[] args) {
    CommandLine command = new CommandLine(new SwapLatency());
    command.setExecutionExceptionHandler(
        (e, line, result) -> {
          line.getErr().println(e.getMessage() == null ? e.toString() : e.getMessage());
          return 1;
        });
    System.exit(command.execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (stacks.size() < 2) {
      throw new IOException("--stacks: an exchange needs two of them");
    }
    String time =
        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
            .format(LocalDateTime.now(ZoneId.systemDefault()));
    Path directory = Files.createDirectories(output.resolve(time).toAbsolutePath());
    Path samples = directory.resolve("samples.txt");
    String load = "load average " + Machine.loadAverage() + " at the start";
    String account;
    Set<String> disturbed;
    try (Children children = new Children()) {
      Path ownJava = Path.of(System.getProperty("java.home"), "bin", "java");
      Helper backend = Bench.startBackend(children, ownJava, directory);
      Helper driver = Bench.startDriver(children, ownJava, directory);
      Site site = Certificates.write(directory, Integer.parseInt(backend.awaitReady()));
      driver.awaitReady();
      Gateway gateway =
          new Gateway(
              children,
              site,
              distribution.resolve("bin/sallyport").toAbsolutePath(),
              javaHome,
              "conscrypt");
      int port = new FreePorts().next();
      Console shell = gateway.startWithShell(directory, port);
      driver.ask("await " + port + " " + START_DEADLINE.toMillis(), ANSWER_DEADLINE);
      driver.ask("mixed " + port + " " + rate + " 0", ANSWER_DEADLINE);
      Segments segments =
          new Segments(
              driver,
              new Bystanders(
                  List.of(
                      new ProcessTree(shell.process().toHandle()),
                      new ProcessTree(ProcessHandle.current()))));
      measure(shell, driver, segments);
      segments.write(directory.resolve("segments.txt"));
      disturbed = segments.disturbed(othersLimit);
      driver.ask("stop", ANSWER_DEADLINE);
      driver.ask("samples " + samples, ANSWER_DEADLINE);
      account = driver.ask("account", ANSWER_DEADLINE);
    }
    String report =
        "%s, %d connections a second, an exchange each %s s, %d rounds; %s, %s at the end%n%s%n%n%s"
            .formatted(
                String.join(" ↔ ", stacks),
                rate,
                every,
                rounds,
                load,
                Machine.loadAverage(),
                account,
                new SwapReport(SwapReport.read(samples), disturbed, stacks).text());
    Files.writeString(directory.resolve("report.md"), report);
    System.out.println("\n" + report + "\n(" + directory.resolve("report.md") + ")");
    return account.endsWith("failed=0 open=0 staying=0") ? 0 : 1;
  }

  private void measure(Console shell, Helper driver, Segments segments)
      throws IOException, InterruptedException {
    for (int round = 1 - warmUp; round <= rounds; round++) {
      String prefix = round < 1 ? SwapReport.WARM_UP : Integer.toString(round);
      quiet(shell, segments, prefix + "/" + SwapReport.QUIET);
      exchanging(shell, segments, prefix + "/" + SwapReport.SWAP, false);
      quiet(shell, segments, prefix + "/" + SwapReport.AGAIN);
      exchanging(shell, segments, prefix + "/" + SwapReport.STAGED, true);
      System.out.println(prefix + ": " + driver.ask("account", ANSWER_DEADLINE));
    }
  }

  /** Each stack in turn; the exchanges between them are not measured. */
  private void quiet(Console shell, Segments segments, String kind)
      throws IOException, InterruptedException {
    for (String stack : stacks) {
      command(shell, "tls:swap " + stack, "generation ");
      pause(1);
      for (int i = 0; i < perPhase; i++) {
        segments.begin(kind + "/" + stack);
        pause(every);
      }
      segments.end();
    }
  }

  /** A segment begins right after an exchange and has the proof of the next one at its end. */
  private void exchanging(Console shell, Segments segments, String kind, boolean staged)
      throws IOException, InterruptedException {
    command(shell, "tls:swap " + stacks.get(1), "generation ");
    pause(1);
    for (int i = 0; i <= perPhase * stacks.size(); i++) {
      String next = stacks.get(i % stacks.size());
      if (staged) {
        pause(every / 2);
        command(shell, "tls:prepare " + next, "proved with ");
        pause(every / 2);
        command(shell, "tls:commit", "generation ");
      } else {
        pause(i == 0 ? 0 : every);
        command(shell, "tls:swap " + next, "generation ");
      }
      if (i < perPhase * stacks.size()) {
        segments.begin(kind + "/" + next);
      } else {
        segments.end();
      }
    }
  }

  private static void command(Console shell, String command, String expected)
      throws InterruptedException {
    String answer = shell.ask(command, COMMAND_DEADLINE);
    if (!answer.contains(expected)) {
      throw new IllegalStateException("'" + command + "' answered: " + answer);
    }
  }

  private static void pause(double seconds) throws InterruptedException {
    Thread.sleep((long) (1000 * seconds));
  }
}
