package io.sallyport.itest;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
import org.osgi.service.log.Logger;
import org.osgi.service.log.admin.LoggerAdmin;

/** What bundles write to the Log service from now on. */
final class LogLines implements AutoCloseable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final LogListener listener = this::add;
  private final LogReaderService reader;

  LogLines(BundleContext context) {
    ServiceReference<LogReaderService> reference =
        context.getServiceReference(LogReaderService.class);
    reader = context.getService(reference);
    // What clients do wrong is told at the level INFO, and the default is WARN.
    context
        .getService(context.getServiceReference(LoggerAdmin.class))
        .getLoggerContext(null)
        .setLogLevels(Map.of(Logger.ROOT_LOGGER_NAME, LogLevel.INFO));
    reader.addLogListener(listener);
  }

  private void add(LogEntry entry) {
    Throwable cause = entry.getException();
    lines.add(entry.getMessage() + (cause == null ? "" : " " + cause));
  }

  /** Waits for one line that holds every one of these parts. */
  String await(String... parts) throws Exception {
    try {
      Await.until(
          "a log line with " + List.of(parts),
          () -> lines.stream().anyMatch(line -> holds(line, parts)));
    } catch (AssertionError e) {
      // With those that came meanwhile; without the cause, which is all that Pax Exam would show.
      throw new AssertionError(e.getMessage() + "; there are:\n" + String.join("\n", lines));
    }
    return lines.stream().filter(line -> holds(line, parts)).findFirst().orElseThrow();
  }

  static boolean holds(String line, String... parts) {
    for (String part : parts) {
      if (!line.contains(part)) {
        return false;
      }
    }
    return true;
  }

  /** How many lines hold every one of these parts. */
  long count(String... parts) {
    return lines.stream().filter(line -> holds(line, parts)).count();
  }

  /** All of them. */
  List<String> all() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    reader.removeLogListener(listener);
  }
}
