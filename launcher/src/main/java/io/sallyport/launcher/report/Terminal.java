package io.sallyport.launcher.report;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;

/**
 * What is known of the terminal. The start script tells whether input and output are one, because a
 * JVM cannot tell them apart.
 *
 * @param out standard output, in the terminal's encoding
 * @param err standard error, in the terminal's encoding
 * @param inputIsTerminal whether a person types
 * @param colours whether escape sequences are welcome (https://no-color.org)
 * @param charset the terminal's encoding
 */
public record Terminal(
    PrintStream out, PrintStream err, boolean inputIsTerminal, boolean colours, Charset charset) {

  /** Looks at the process's own streams. */
  public static Terminal of(Properties system, Map<String, String> environment) {
    Charset charset = charset(system);
    boolean outputIsTerminal = Boolean.parseBoolean(system.getProperty("sallyport.terminal.out"));
    return new Terminal(
        stream(FileDescriptor.out, charset),
        stream(FileDescriptor.err, charset),
        Boolean.parseBoolean(system.getProperty("sallyport.terminal.in")),
        outputIsTerminal
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "dumb").equals("dumb"),
        charset);
  }

  /** An arrow from one thing to another. */
  public String arrow() {
    return StandardCharsets.UTF_8.equals(charset) ? "→" : "->";
  }

  /** A writer over one of the streams. */
  public PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, charset);
  }

  private static Charset charset(Properties system) {
    try {
      return Charset.forName(system.getProperty("native.encoding", "US-ASCII"));
    } catch (IllegalArgumentException e) {
      return StandardCharsets.US_ASCII;
    }
  }

  private static PrintStream stream(FileDescriptor descriptor, Charset charset) {
    return new PrintStream(new FileOutputStream(descriptor), true, charset);
  }
}
