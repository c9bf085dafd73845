package io.sallyport.launcher.command;

import io.sallyport.launcher.bootguard.BootGuard;
import io.sallyport.launcher.config.ConfigurationException;
import io.sallyport.launcher.config.ConfigurationFolder;
import io.sallyport.launcher.config.KnownKeys;
import io.sallyport.launcher.platform.AddedBundles;
import io.sallyport.launcher.platform.Distribution;
import io.sallyport.launcher.platform.Platform;
import io.sallyport.launcher.platform.Routes;
import io.sallyport.launcher.platform.StackChoice;
import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import io.sallyport.launcher.report.LogLines;
import io.sallyport.launcher.report.Terminal;
import io.sallyport.launcher.shell.BundleConverter;
import io.sallyport.launcher.shell.LineShell;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.TlsStacks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Converter;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.log.LogLevel;
import org.osgi.service.metatype.MetaTypeService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code run}: the gateway from a folder of configuration files. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the gateway that a folder of *.json files configures.",
      "The files are followed: a change is applied at once, and a file that is malformed changes"
          + " nothing. Changing \"stack\" of io.sallyport.core exchanges the TLS stack under"
          + " running traffic. Certificate and key files are read again when they change."
    },
    footer = {
      "",
      "Example of a file:",
      "  {",
      "    \"io.sallyport.core\": { \"stack\": \"conscrypt\" },",
      "    \"io.sallyport.gateway.route~web\": {",
      "      \"mode\": \"terminate\", \"listen\": \"127.0.0.1:8443\", \"target\": \"127.0.0.1:8080\",",
      "      \"server.certificate\": \"server.pem\", \"server.key\": \"server.key\"",
      "    }",
      "  }",
      "",
      "Examples:",
      "  sallyport run /etc/sallyport",
      "  sallyport run conf --shell                    (tls:stacks, tls:swap NAME, help)",
      "  echo tls:stacks | sallyport run conf --shell  (ends with the input)"
    })
final class RunCommand implements Callable<Integer> {
  private static final Duration ROUTES_WAIT = Duration.ofSeconds(20);
  private static final String STATE = "state";
  private static final Duration LONG = Duration.ofDays(1);

  private final Terminal terminal;

  @ParentCommand private SallyportCommand parent = new SallyportCommand();

  @Parameters(paramLabel = "CONFIG_DIR", description = "Folder with *.json files.")
  private Path folder = Path.of("");

  @Option(
      names = "--shell",
      description =
          "Read commands from the standard input, line by line, with a prompt on a terminal. Log"
              + " lines go to standard error then, and the end of the input, or 'exit', ends the"
              + " gateway.")
  private boolean shell;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "error, warn, info, debug or trace. Default: info.",
      converter = LogLevelConverter.class)
  private LogLevel logLevel = LogLevel.INFO;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "Folder that the gateway writes what it must remember to: how stacks started. Default:"
              + " 'state' in CONFIG_DIR.")
  private Optional<Path> state = Optional.empty();

  @Option(
      names = "--bundles",
      paramLabel = "DIR",
      description = "Folder with further bundles: stacks and key providers of your own.")
  private Optional<Path> bundles = Optional.empty();

  RunCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws LauncherException, InterruptedException, IOException {
    Path place = folder.toAbsolutePath().normalize();
    if (!Files.isDirectory(place)) {
      throw new LauncherException(
          ExitCode.CONFIGURATION,
          "'" + folder + "' is no folder; give the folder that holds the *.json files.");
    }
    LogLines log =
        new LogLines(shell ? terminal.err() : terminal.out(), logLevel, parent.stackTraces());
    Distribution distribution = Distribution.current(System.getProperties());
    AddedBundles added = bundles.isPresent() ? AddedBundles.in(bundles.get()) : AddedBundles.none();
    Path remembered = state.orElse(place.resolve(STATE)).toAbsolutePath().normalize();
    try (Platform platform =
        Platform.boot(
            distribution,
            shell ? Bundles::withShell : Bundles::forGateway,
            added,
            BootGuard.open(remembered, Clock.systemUTC(), log),
            Map.of("sallyport.config.dir", place.toString()),
            log)) {
      Shutdown.closeOnSignal(platform);
      ConfigurationFolder configuration =
          new ConfigurationFolder(place, platform.service(ConfigurationAdmin.class), log);
      try (configuration) {
        load(configuration);
        platform.startAll();
        sayReady(platform, configuration, log);
        configuration.follow(
            KnownKeys.of(platform.service(MetaTypeService.class), platform.context().getBundles()));
        return untilTheEnd(platform);
      }
    }
  }

  private int untilTheEnd(Platform platform)
      throws LauncherException, InterruptedException, IOException {
    if (shell) {
      platform
          .context()
          .registerService(
              Converter.class,
              new BundleConverter(platform.context()),
              FrameworkUtil.asDictionary(
                  Map.of(Converter.CONVERTER_CLASSES, Bundle.class.getName())));
      CommandProcessor processor = platform.service(CommandProcessor.class);
      boolean good = new LineShell(processor, terminal).run(System.in);
      return good || terminal.inputIsTerminal() ? ExitCode.OK : ExitCode.FAILURE;
    }
    while (!platform.awaitStop(LONG)) {
      // Until a signal ends it.
    }
    return ExitCode.OK;
  }

  private void load(ConfigurationFolder configuration) throws LauncherException {
    try {
      configuration.load();
    } catch (ConfigurationException e) {
      throw new LauncherException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
    }
  }

  private void sayReady(Platform platform, ConfigurationFolder configuration, LogLines log)
      throws LauncherException, InterruptedException {
    Set<String> names = configuration.namesOf(Routes.PID);
    List<Routes.Route> routes = new Routes(platform.context()).await(names, ROUTES_WAIT);
    long listening = routes.stream().filter(Routes.Route::listens).count();
    TlsStacks stacks = platform.service(TlsStacks.class);
    new StackChoice(stacks).awaitSettled();
    Optional<StackDTO> stack =
        stacks.candidates().stream()
            .filter(candidate -> candidate.state() == CandidateState.ACTIVE)
            .findFirst();
    Optional<String> missing = configuredStack(platform).filter(platform.passedOver()::contains);
    missing.ifPresent(
        name ->
            log.write(
                LogLevel.WARN,
                "The configured stack "
                    + name
                    + " is passed over; "
                    + stack
                        .map(active -> "stack " + active.name() + " carries the traffic instead.")
                        .orElse("no other one carries the traffic; choose one by \"stack\".")));
    log.write(
        listening == names.size() && stack.isPresent() ? LogLevel.INFO : LogLevel.WARN,
        "Sallyport is ready: "
            + (listening == names.size() ? "" : listening + " of ")
            + names.size()
            + (listening == 1 && names.size() == 1 ? " route, " : " routes, ")
            + stack
                .map(active -> "stack " + active.name() + " " + active.libraryVersion())
                .orElse("no active stack")
            + String.format(Locale.ROOT, ", started in %.1f s.", sinceStart().toMillis() / 1000.0));
  }

  private static Optional<String> configuredStack(Platform platform) throws LauncherException {
    try {
      Configuration[] found =
          platform
              .service(ConfigurationAdmin.class)
              .listConfigurations("(service.pid=io.sallyport.core)");
      return Optional.ofNullable(found)
          .map(configurations -> configurations[0].getProperties().get("stack"))
          .map(Object::toString);
    } catch (IOException | InvalidSyntaxException e) {
      return Optional.empty(); // Core says what it makes of its configuration.
    }
  }

  private static Duration sinceStart() {
    long now = System.currentTimeMillis();
    return Duration.ofMillis(
        now - ProcessHandle.current().info().startInstant().map(i -> i.toEpochMilli()).orElse(now));
  }
}
