package io.sallyport.launcher;

import io.sallyport.launcher.command.CommandLines;
import io.sallyport.launcher.report.Terminal;

/** The process. */
public final class Main {
  private Main() {}

  /** Runs a command line; see {@code --help}. */
  public static void main(String[] arguments) {
    Terminal terminal = Terminal.of(System.getProperties(), System.getenv());
    System.exit(CommandLines.create(terminal).execute(arguments));
  }
}
