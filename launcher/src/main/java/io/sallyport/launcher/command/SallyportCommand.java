package io.sallyport.launcher.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line as a whole. */
@Command(
    name = "sallyport",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    description = "A TLS gateway that exchanges its TLS stack while traffic flows.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RunCommand.class,
      DemoCommand.class,
      ConnectCommand.class,
      StacksCommand.class,
      BundleCommand.class,
      AteccCommand.class,
      DsCommand.class,
      EcdsaCommand.class,
      HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:all went well",
      " 1:the work failed: a connection, a verification, a demo with failures",
      " 2:the command line was not understood",
      " 3:a configuration, certificate or key file cannot be used",
      " 4:the platform did not start",
      "130:ended by Ctrl-C, in order: close_notify went to open connections",
      "143:ended by SIGTERM, in order: close_notify went to open connections"
    },
    footer = {
      "",
      "Environment:",
      "  JAVA_HOME             the JDK to use, 17 or newer",
      "  SALLYPORT_JAVA_OPTS   more options for the JVM, such as -Xmx512m",
      "  NO_COLOR              if set, no colours",
      "",
      "Examples:",
      "  sallyport demo",
      "  sallyport run /etc/sallyport",
      "  sallyport connect localhost:8443 --ca ca.pem --stack conscrypt",
      "",
      "'sallyport help COMMAND' tells more."
    })
public final class SallyportCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Show stack traces with errors.")
  private boolean stackTraces;

  /** Whether stack traces are asked for. */
  boolean stackTraces() {
    return stackTraces;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "A command is missing; give run, demo, connect, stacks, bundle, atecc, ds or ecdsa.");
  }
}
