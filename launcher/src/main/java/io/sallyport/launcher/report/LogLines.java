package io.sallyport.launcher.report;

import java.io.PrintStream;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.osgi.service.log.LogLevel;

/** Writes log entries as single lines: time, level, sentence. Thread-safe. */
public final class LogLines {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

  private final PrintStream out;
  private final LogLevel threshold;
  private final boolean stackTraces;

  /**
   * Creates a writer.
   *
   * @param threshold entries below this level are dropped
   * @param stackTraces whether the stack trace of an entry's exception follows its line
   */
  public LogLines(PrintStream out, LogLevel threshold, boolean stackTraces) {
    this.out = out;
    this.threshold = threshold;
    this.stackTraces = stackTraces;
  }

  /** The lowest level that is shown. */
  public LogLevel threshold() {
    return threshold;
  }

  /** Writes an entry without an exception. */
  public void write(LogLevel level, String sentence) {
    write(level, sentence, Optional.empty());
  }

  /** Writes an entry; what its exception says is added where the sentence does not say it. */
  public void write(LogLevel level, String sentence, Optional<Throwable> exception) {
    if (level.compareTo(threshold) > 0) {
      return;
    }
    String line = oneLine(exception.map(e -> withReason(sentence, e)).orElse(sentence));
    String time = TIME.format(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS));
    synchronized (out) {
      out.printf("%s %-5s %s%n", time, level, line);
      if (stackTraces) {
        exception.ifPresent(e -> e.printStackTrace(out));
      }
      out.flush();
    }
  }

  private static String withReason(String sentence, Throwable exception) {
    String reason = exception.getMessage() == null ? exception.toString() : exception.getMessage();
    return sentence.contains(reason) ? sentence : sentence + " (" + reason + ")";
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
