package io.sallyport.launcher.command;

import io.sallyport.launcher.bootguard.BootGuard;
import io.sallyport.launcher.platform.AddedBundles;
import io.sallyport.launcher.platform.Distribution;
import io.sallyport.launcher.platform.Platform;
import io.sallyport.launcher.platform.StackChoice;
import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import io.sallyport.launcher.report.LogLines;
import io.sallyport.launcher.report.Terminal;
import io.sallyport.tls.stack.TlsStacks;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.osgi.service.log.LogLevel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code stacks}: which TLS stacks there are, and what each can do. */
@Command(
    name = "stacks",
    mixinStandardHelpOptions = true,
    description = "Lists the TLS stacks and what each can do, per protocol version.",
    footer = {
      "",
      "Examples:",
      "  sallyport stacks",
      "  sallyport stacks --state conf/state   (and which ones the boot guard passes over)"
    })
final class StacksCommand implements Callable<Integer> {
  private final Terminal terminal;

  @ParentCommand private SallyportCommand parent = new SallyportCommand();

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "The state folder of a gateway ('state' in its CONFIG_DIR): what it passes over is passed"
              + " over here too, and shown. Nothing is written to it.")
  private Optional<Path> state = Optional.empty();

  @Option(
      names = "--bundles",
      paramLabel = "DIR",
      description = "Folder with further bundles: stacks and key providers of your own.")
  private Optional<Path> bundles = Optional.empty();

  StacksCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws LauncherException {
    LogLines log = new LogLines(terminal.err(), LogLevel.WARN, parent.stackTraces());
    AddedBundles added = bundles.isPresent() ? AddedBundles.in(bundles.get()) : AddedBundles.none();
    BootGuard guard =
        state
            .map(folder -> BootGuard.lookAt(folder.toAbsolutePath(), Clock.systemUTC(), log))
            .orElseGet(() -> BootGuard.off(log));
    try (Platform platform =
        Platform.boot(
            Distribution.current(System.getProperties()),
            Bundles::forClients,
            added,
            guard,
            Map.of(),
            log)) {
      platform.startAll();
      TlsStacks stacks = platform.service(TlsStacks.class);
      new StackChoice(stacks).awaitSettled();
      new StackTables(platform.context(), stacks).lines().forEach(terminal.out()::println);
    }
    return ExitCode.OK;
  }
}
