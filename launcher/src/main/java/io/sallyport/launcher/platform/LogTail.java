package io.sallyport.launcher.platform;

import io.sallyport.launcher.report.LogLines;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
import org.osgi.util.tracker.ServiceTracker;

/** Follows the Log service from its first entry on. */
final class LogTail extends ServiceTracker<LogReaderService, LogReaderService>
    implements LogListener {
  // What framework and libraries tell of themselves is of use when things go wrong only.
  private static final String EVENTS = "Events.";
  private static final String OWN = "io.sallyport.";

  private final LogLines lines;

  private LogTail(BundleContext context, LogLines lines) {
    super(context, LogReaderService.class, null);
    this.lines = lines;
  }

  /** Begins; ends with the framework. */
  static void follow(BundleContext context, LogLines lines) {
    new LogTail(context, lines).open();
  }

  @Override
  public LogReaderService addingService(ServiceReference<LogReaderService> reference) {
    LogReaderService reader = super.addingService(reference);
    reader.addLogListener(this);
    return reader;
  }

  @Override
  public void logged(LogEntry entry) {
    boolean own =
        entry.getBundle() != null
            && String.valueOf(entry.getBundle().getSymbolicName()).startsWith(OWN)
            && !String.valueOf(entry.getLoggerName()).startsWith(EVENTS);
    if (!own
        && entry.getLogLevel().compareTo(LogLevel.WARN) > 0
        && lines.threshold().compareTo(LogLevel.TRACE) < 0) {
      return;
    }
    lines.write(entry.getLogLevel(), entry.getMessage(), Optional.ofNullable(entry.getException()));
  }
}
