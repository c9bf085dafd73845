package io.sallyport.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The virtual machine's options for the bare proxy: the gateway's own, so that the two differ in
 * nothing but their code.
 */
final class JavaOptions {

  private static final String VARIABLE = "SALLYPORT_JAVA_OPTS";

  /** The line of the start script with its defaults, which the variable's options follow. */
  private static final Pattern DEFAULTS =
      Pattern.compile("^\\s*set -- (-.*?)\\s*\\$\\{" + VARIABLE + ":-}", Pattern.MULTILINE);

  private static final List<String> WITHOUT_SCRIPT = List.of("-XX:+UseSerialGC");

  private JavaOptions() {}

  /**
   * Finds the options: those that were asked for and no others, else the start script's defaults
   * and those of the environment.
   *
   * @param asked may be empty
   * @param script may be missing
   */
  static List<String> find(String asked, Path script, Map<String, String> environment)
      throws IOException {
    if (!asked.isBlank()) {
      return words(asked);
    }
    List<String> options = new ArrayList<>();
    options.addAll(Files.isReadable(script) ? ofScript(Files.readString(script)) : WITHOUT_SCRIPT);
    options.addAll(words(environment.getOrDefault(VARIABLE, "")));
    return options;
  }

  private static List<String> ofScript(String script) throws IOException {
    Matcher matcher = DEFAULTS.matcher(script);
    if (!matcher.find()) {
      throw new IOException(
          "The start script has no line 'set -- OPTIONS ${"
              + VARIABLE
              + ":-}' any more: say by --bare-java-opts what the bare proxy is to run with");
    }
    return words(matcher.group(1));
  }

  private static List<String> words(String options) {
    return options.isBlank() ? List.of() : List.of(options.trim().split("\\s+", -1));
  }
}
