package io.sallyport.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The virtual machine's options for the bare proxy: the gateway's own, so that the two differ in
 * nothing but their code.
 */
final class JavaOptions {

  /**
   * The start script's default, for instance {@code
   * java_opts=${SALLYPORT_JAVA_OPTS:--XX:+UseSerialGC}}, quoted or not.
   */
  private static final Pattern DEFAULT = Pattern.compile("\\$\\{SALLYPORT_JAVA_OPTS:?-([^}\"$]*)}");

  private static final List<String> WITHOUT_SCRIPT = List.of("-XX:+UseSerialGC");

  private JavaOptions() {}

  /**
   * Finds the options: those that were asked for, else those of the environment, else the default
   * of the start script.
   *
   * @param asked may be empty
   * @param script may be missing
   */
  static List<String> find(String asked, Path script) throws IOException {
    Optional<String> environment = Optional.ofNullable(System.getenv("SALLYPORT_JAVA_OPTS"));
    String options = asked.isBlank() ? environment.orElse("") : asked;
    if (!options.isBlank()) {
      return words(options);
    }
    return Files.isReadable(script) ? ofScript(Files.readString(script)) : WITHOUT_SCRIPT;
  }

  static List<String> ofScript(String script) {
    Matcher matcher = DEFAULT.matcher(script);
    return matcher.find() && !matcher.group(1).isBlank() ? words(matcher.group(1)) : WITHOUT_SCRIPT;
  }

  private static List<String> words(String options) {
    return List.of(options.trim().split("\\s+", -1));
  }
}
