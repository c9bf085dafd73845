package io.sallyport.launcher.command;

import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import io.sallyport.launcher.report.Terminal;
import java.lang.reflect.Constructor;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Puts the commands together: parsing, help, and errors as one sentence with an exit code. */
public final class CommandLines {
  private final Terminal terminal;

  private CommandLines(Terminal terminal) {
    this.terminal = terminal;
  }

  /** A command line that writes to this terminal. */
  public static CommandLine create(Terminal terminal) {
    CommandLines errors = new CommandLines(terminal);
    return new CommandLine(new SallyportCommand(), new Factory(terminal))
        .setOut(terminal.writer(terminal.out()))
        .setErr(terminal.writer(terminal.err()))
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(terminal.colours() ? Ansi.ON : Ansi.OFF))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler(errors::misused)
        .setExecutionExceptionHandler(errors::failed);
  }

  private int misused(ParameterException exception, String[] arguments) {
    CommandLine command = exception.getCommandLine();
    say(sentence(exception));
    terminal
        .err()
        .println("'" + command.getCommandSpec().qualifiedName() + " --help' shows what there is.");
    return ExitCode.USAGE;
  }

  private int failed(Exception exception, CommandLine command, ParseResult arguments) {
    if (Shutdown.hasBegun()) {
      return ExitCode.OK; // The signal decides what the process ends with.
    }
    if (stackTraces(command)) {
      exception.printStackTrace(terminal.err());
    }
    if (exception instanceof LauncherException known) {
      say(String.valueOf(known.getMessage()));
      return known.exitCode();
    }
    say(
        "Something unforeseen happened ("
            + exception
            + "); start again with --stacktrace and report it.");
    return ExitCode.FAILURE;
  }

  private static boolean stackTraces(CommandLine command) {
    CommandLine top = command;
    while (top.getParent() != null) {
      top = top.getParent();
    }
    return top.getCommand() instanceof SallyportCommand sallyport && sallyport.stackTraces();
  }

  private void say(String sentence) {
    terminal.err().println("sallyport: " + sentence);
  }

  private static String sentence(ParameterException exception) {
    String message = Optional.ofNullable(exception.getMessage()).orElse("Wrong usage");
    return message.endsWith(".") ? message : message + ".";
  }

  /** Gives commands the terminal. */
  private record Factory(Terminal terminal) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      for (Constructor<?> constructor : type.getDeclaredConstructors()) {
        if (constructor.getParameterCount() == 1
            && constructor.getParameterTypes()[0] == Terminal.class) {
          return type.cast(constructor.newInstance(terminal));
        }
      }
      return CommandLine.defaultFactory().create(type);
    }
  }
}
