package io.sallyport.launcher.command;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.osgi.service.log.LogLevel;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a level; AUDIT is no threshold. */
final class LogLevelConverter implements ITypeConverter<LogLevel> {
  @Override
  public LogLevel convert(String text) {
    return Arrays.stream(LogLevel.values())
        .filter(level -> level != LogLevel.AUDIT)
        .filter(level -> level.name().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'"
                        + text
                        + "' is no log level; give one of "
                        + Arrays.stream(LogLevel.values())
                            .filter(level -> level != LogLevel.AUDIT)
                            .map(level -> level.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "))));
  }
}
