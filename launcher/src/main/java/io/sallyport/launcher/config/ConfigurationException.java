package io.sallyport.launcher.config;

import java.nio.file.Path;

/** A configuration file cannot be used; the message is one sentence with file, line and column. */
public final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1L;

  ConfigurationException(String sentence) {
    super(sentence);
  }

  ConfigurationException(String sentence, Throwable cause) {
    super(sentence, cause);
  }

  static ConfigurationException at(Path file, int line, int column, String what) {
    return new ConfigurationException(place(file, line, column) + what);
  }

  static ConfigurationException at(Path file, int line, int column, String what, Throwable cause) {
    return new ConfigurationException(place(file, line, column) + what, cause);
  }

  private static String place(Path file, int line, int column) {
    return "'" + file + "', line " + line + ", column " + column + ": ";
  }
}
