package io.sallyport.launcher.command;

import io.sallyport.launcher.platform.Distribution;
import io.sallyport.launcher.platform.Platform;
import io.sallyport.launcher.platform.StackChoice;
import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import io.sallyport.launcher.report.LogLines;
import io.sallyport.launcher.report.Terminal;
import io.sallyport.tls.stack.TlsStacks;
import java.util.Map;
import java.util.concurrent.Callable;
import org.osgi.service.log.LogLevel;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code stacks}: which TLS stacks there are, and what each can do. */
@Command(
    name = "stacks",
    mixinStandardHelpOptions = true,
    description = "Lists the TLS stacks and what each can do, per protocol version.",
    footer = {"", "Example:", "  sallyport stacks"})
final class StacksCommand implements Callable<Integer> {
  private final Terminal terminal;

  @ParentCommand private SallyportCommand parent = new SallyportCommand();

  StacksCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws LauncherException {
    LogLines log = new LogLines(terminal.err(), LogLevel.WARN, parent.stackTraces());
    try (Platform platform =
        Platform.boot(
            Distribution.current(System.getProperties()), Bundles::forClients, Map.of(), log)) {
      platform.startAll();
      TlsStacks stacks = platform.service(TlsStacks.class);
      new StackChoice(stacks).awaitSettled();
      new StackTables(platform.context(), stacks).lines().forEach(terminal.out()::println);
    }
    return ExitCode.OK;
  }
}
