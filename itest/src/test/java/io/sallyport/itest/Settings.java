package io.sallyport.itest;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** What the build tells the tests; the names are in the pom. */
final class Settings {
  /** System property: where tests may write. */
  static final String WORK = "sallyport.work";

  /** System property: whether the long runs are asked for. */
  static final String ENDURANCE = "sallyport.endurance";

  private Settings() {}

  /** Where tests may write. */
  static Path work() {
    return path(WORK);
  }

  /** The launcher's distribution. */
  static Path distribution() {
    return path("sallyport.distribution");
  }

  static Path api() {
    return path("sallyport.api.jar");
  }

  /** The API's sources, of which older ones are made. */
  static Path apiSources() {
    return path("sallyport.api.sources");
  }

  static Path example() {
    return path("sallyport.example.jar");
  }

  static Path mqttExample() {
    return path("sallyport.mqtt.jar");
  }

  static Path testkit() {
    return path("sallyport.testkit.jar");
  }

  /** Whether the long runs are asked for: the profile {@code endurance}. */
  static boolean endurance() {
    return Boolean.getBoolean(ENDURANCE);
  }

  /** Whether the tests with thousands of connections are asked for. */
  static boolean load() {
    return Boolean.getBoolean("sallyport.load");
  }

  /** The jar on the class path that a class is in. */
  static Path jarOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path path(String property) {
    return Path.of(
            Objects.requireNonNull(
                System.getProperty(property), () -> property + " is set by the build."))
        .toAbsolutePath()
        .normalize();
  }
}
