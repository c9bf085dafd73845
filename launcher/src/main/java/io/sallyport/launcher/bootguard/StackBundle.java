package io.sallyport.launcher.bootguard;

import java.util.List;

/**
 * A bundle that is watched while it starts.
 *
 * @param symbolicName its symbolic name
 * @param version its version
 * @param libraries the bundles it takes its packages from, with their versions; when they change,
 *     what is known of it counts no more, as when its own version changes
 */
public record StackBundle(String symbolicName, String version, String libraries) {
  private static final List<String> OWN = List.of("io.sallyport.stack.", "io.sallyport.hw.");

  /** What tells it from others. */
  String key() {
    return symbolicName + " " + version;
  }

  /** What the stack is called as long as it has never said its name. */
  public String shortName() {
    return OWN.stream()
        .filter(symbolicName::startsWith)
        .map(prefix -> symbolicName.substring(prefix.length()))
        .findFirst()
        .orElse(symbolicName);
  }
}
