package io.sallyport.launcher.command;

import io.sallyport.launcher.demo.Demo;
import io.sallyport.launcher.demo.KeyChoice;
import io.sallyport.launcher.platform.Distribution;
import io.sallyport.launcher.platform.Platform;
import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import io.sallyport.launcher.report.LogLines;
import io.sallyport.launcher.report.Terminal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.osgi.service.log.LogLevel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code demo}: everything in one process, with no configuration. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Shows a live exchange of the TLS stack, with no configuration at all.",
      "Makes an authority and a certificate in a private temporary folder, starts a route to a"
          + " built-in backend, runs a long download and many short connections through it, and"
          + " swaps through all stacks meanwhile. Every byte of the download is checked. Ends with"
          + " exit code 1 if anything failed."
    },
    footer = {
      "",
      "Examples:",
      "  sallyport demo",
      "  sallyport demo --seconds 60 --port 8443",
      "  sallyport demo --key ecdsa"
    })
final class DemoCommand implements Callable<Integer> {
  private static final int LEAST_SECONDS = 4;
  private static final int MOST_SECONDS = 3600;

  private final Terminal terminal;

  @ParentCommand private SallyportCommand parent = new SallyportCommand();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long traffic flows, 4 to 3600. Default: 20.")
  private int seconds = 20;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Where the gateway listens on 127.0.0.1. Default: a free port.")
  private int port;

  @Option(
      names = "--key",
      paramLabel = "PROVIDER",
      converter = KeyChoiceConverter.class,
      description = {
        "The gateway's private key is in (simulated) hardware, and clients authenticate too:"
            + " ${COMPLETION-CANDIDATES}."
      })
  private @Nullable KeyChoice key;

  DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws LauncherException, InterruptedException {
    require(seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS, "--seconds must be 4 to 3600");
    require(port >= 0 && port <= 65535, "--port must be 0 to 65535");
    LogLines log = new LogLines(terminal.err(), LogLevel.WARN, parent.stackTraces());
    try (Platform platform =
        Platform.boot(
            Distribution.current(System.getProperties()), Bundles::forGateway, Map.of(), log)) {
      Shutdown.closeOnSignal(platform);
      Demo demo =
          new Demo(platform, terminal, Duration.ofSeconds(seconds), port, Optional.ofNullable(key));
      return demo.run() ? ExitCode.OK : ExitCode.FAILURE;
    }
  }

  private void require(boolean fulfilled, String sentence) {
    if (!fulfilled) {
      throw new ParameterException(spec.commandLine(), sentence + ".");
    }
  }
}
