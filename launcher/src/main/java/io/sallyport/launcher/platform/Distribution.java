package io.sallyport.launcher.platform;

import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The folder that Sallyport was unpacked to.
 *
 * @param home holds bin, lib and bundles
 */
public record Distribution(Path home) {
  /**
   * The distribution that this process was started from.
   *
   * @throws LauncherException when the start script did not start it
   */
  public static Distribution current(Properties system) throws LauncherException {
    String home = system.getProperty("sallyport.home");
    if (home == null) {
      throw new LauncherException(
          ExitCode.PLATFORM,
          "The distribution's folder is not known; start Sallyport with bin/sallyport.");
    }
    return new Distribution(Path.of(home));
  }

  /**
   * The bundles, sorted by name.
   *
   * @throws LauncherException when there are none
   */
  List<Path> bundles() throws LauncherException {
    Path folder = home.resolve("bundles");
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> bundles = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      if (!bundles.isEmpty()) {
        return bundles;
      }
    } catch (IOException e) {
      throw broken(folder, e);
    }
    throw broken(folder, new IOException("The folder is empty."));
  }

  private static LauncherException broken(Path folder, IOException cause) {
    return new LauncherException(
        ExitCode.PLATFORM,
        "The distribution is not complete, '" + folder + "' holds no bundles; build it again.",
        cause);
  }
}
