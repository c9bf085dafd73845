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

/** Runs commands line by line and writes what they give; no prompt, no line editing. */
public final class ScriptedShell {
  private static final Set<String> ENDS = Set.of("exit", "quit");
  private static final String COMMENT = "#";

  private final CommandProcessor processor;
  private final Terminal terminal;

  /** Runs commands by this processor. */
  public ScriptedShell(CommandProcessor processor, Terminal terminal) {
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
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
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
