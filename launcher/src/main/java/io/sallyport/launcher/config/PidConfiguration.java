package io.sallyport.launcher.config;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * One configuration as a file gives it. Immutable.
 *
 * @param pid a PID, or a factory PID and a name with "~" between them
 * @param values keys and values, as Config Admin takes them
 * @param file where it stands
 * @param lines the line of each key, counted from 1
 */
record PidConfiguration(
    String pid, Map<String, Object> values, Path file, Map<String, Integer> lines) {
  private static final char NAME_SEPARATOR = '~';

  PidConfiguration {
    values = Map.copyOf(values);
    lines = Map.copyOf(lines);
  }

  /** The factory PID, or the PID itself where there is no factory. */
  String type() {
    int separator = pid.indexOf(NAME_SEPARATOR);
    return separator < 0 ? pid : pid.substring(0, separator);
  }

  /** The name within the factory; empty where there is no factory. */
  Optional<String> name() {
    int separator = pid.indexOf(NAME_SEPARATOR);
    return separator < 0 ? Optional.empty() : Optional.of(pid.substring(separator + 1));
  }

  /** Whether the other one has the same keys and values. */
  boolean sameValues(PidConfiguration other) {
    return values.keySet().equals(other.values.keySet())
        && values.entrySet().stream()
            .allMatch(entry -> same(entry.getValue(), other.values.get(entry.getKey())));
  }

  private static boolean same(Object one, @org.jspecify.annotations.Nullable Object other) {
    return Arrays.deepEquals(new Object[] {one}, new Object[] {other});
  }
}
