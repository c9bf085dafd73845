package io.sallyport.launcher.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.osgi.service.log.LogLevel;

class LogLinesTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Test
  void writesOneLineWithTimeLevelAndSentence() {
    lines(false).write(LogLevel.INFO, "first\n  second");

    assertTrue(written().matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  first second\\R"), written());
  }

  @Test
  void addsTheReasonWhereTheSentenceDoesNotSayIt() {
    lines(false).write(LogLevel.WARN, "It broke.", Optional.of(new IOException("no space")));
    lines(false)
        .write(LogLevel.WARN, "It broke: no space", Optional.of(new IOException("no space")));

    assertTrue(written().contains("It broke. (no space)"), written());
    assertTrue(written().contains("It broke: no space" + System.lineSeparator()), written());
    assertEquals(2, written().lines().count());
  }

  @Test
  void writesStackTracesWhenAsked() {
    lines(true).write(LogLevel.WARN, "It broke.", Optional.of(new IOException("no space")));

    assertTrue(written().contains("\tat "), written());
  }

  @Test
  void dropsWhatIsBelowTheThreshold() {
    lines(false).write(LogLevel.DEBUG, "detail");

    assertEquals("", written());
  }

  private LogLines lines(boolean stackTraces) {
    return new LogLines(
        new PrintStream(bytes, true, StandardCharsets.UTF_8), LogLevel.INFO, stackTraces);
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
