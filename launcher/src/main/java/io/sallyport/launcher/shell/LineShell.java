package io.sallyport.launcher.shell;

import io.sallyport.launcher.report.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.Optional;
import java.util.Set;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands line by line and writes what they give. A person is prompted; a script is not.
 * Lines are edited as the terminal does it.
 */
public final class LineShell {
  private static final Set<String> ENDS = Set.of("exit", "quit");
  private static final String COMMENT = "#";
  private static final String PROMPT = "sallyport> ";

  private final CommandProcessor processor;
  private final Terminal terminal;

  /** Runs commands by this processor. */
  public LineShell(CommandProcessor processor, Terminal terminal) {
    this.processor = processor;
    this.terminal = terminal;
  }

  /**
   * Runs until the input ends, or says "exit".
   *
   * @return whether every command succeeded
   */
  public boolean run(InputStream input) throws IOException {
    boolean good = true;
    BufferedReader lines = new BufferedReader(new InputStreamReader(input, terminal.charset()));
    try (CommandSession session =
        processor.createSession(InputStream.nullInputStream(), terminal.out(), terminal.err())) {
      for (String line = next(lines); line != null; line = next(lines)) {
        String command = line.strip();
        if (ENDS.contains(command)) {
          return good;
        }
        if (!command.isEmpty() && !command.startsWith(COMMENT)) {
          good &= run(session, command);
        }
      }
    }
    return good;
  }

  private @Nullable String next(BufferedReader lines) throws IOException {
    if (terminal.inputIsTerminal()) {
      terminal.out().print(PROMPT);
      terminal.out().flush();
    }
    return lines.readLine();
  }

  private boolean run(CommandSession session, String command) {
    try {
      Object result = session.execute(command);
      if (result != null) {
        terminal
            .out()
            .println(session.format(result, Converter.INSPECT).toString().stripTrailing());
      }
      return true;
    } catch (Exception e) { // Commands may throw anything.
      String reason = Optional.ofNullable(e.getMessage()).orElseGet(e::toString);
      terminal.err().println("sallyport: '" + command + "' failed: " + reason);
      return false;
    }
  }
}
