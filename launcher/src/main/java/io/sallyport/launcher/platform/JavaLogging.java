package io.sallyport.launcher.platform;

import io.sallyport.launcher.report.LogLines;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.osgi.service.log.LogLevel;

/**
 * Shows what libraries log through {@code java.util.logging}: warnings and worse only, because
 * Bouncy Castle tells of every connection at a level below.
 */
final class JavaLogging extends Handler {
  private final LogLines lines;
  private final SimpleFormatter formatter = new SimpleFormatter();

  private JavaLogging(LogLines lines) {
    this.lines = lines;
  }

  static void redirect(LogLines lines) {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(Level.WARNING);
    root.addHandler(new JavaLogging(lines));
  }

  @Override
  public void publish(LogRecord record) {
    LogLevel level =
        record.getLevel().intValue() >= Level.SEVERE.intValue() ? LogLevel.ERROR : LogLevel.WARN;
    if (isLoggable(record)) {
      lines.write(level, formatter.formatMessage(record), Optional.ofNullable(record.getThrown()));
    }
  }

  @Override
  public void flush() {
    // Every line is flushed when it is written.
  }

  @Override
  public void close() {
    // The stream is not ours.
  }
}
