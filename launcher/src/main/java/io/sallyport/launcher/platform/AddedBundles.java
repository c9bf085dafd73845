package io.sallyport.launcher.platform;

import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Bundles of the operator's own: stacks, key providers and what they need.
 *
 * @param jars sorted by name
 */
public record AddedBundles(List<Path> jars) {
  /** None. */
  public static AddedBundles none() {
    return new AddedBundles(List.of());
  }

  /**
   * Every jar of a folder.
   *
   * @throws LauncherException when there is no such folder
   */
  public static AddedBundles in(Path folder) throws LauncherException {
    try (Stream<Path> files = Files.list(folder)) {
      return new AddedBundles(
          files
              .filter(file -> file.toString().endsWith(".jar"))
              .map(file -> file.toAbsolutePath().normalize())
              .sorted()
              .toList());
    } catch (IOException e) {
      throw new LauncherException(
          ExitCode.USAGE,
          "'" + folder + "' cannot be read; give --bundles a folder that holds bundles (*.jar).",
          e);
    }
  }
}
