package io.sallyport.launcher.command;

import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks at the files that a command is to write, before it does any work. */
final class OutputFiles {
  private OutputFiles() {}

  /**
   * Checks that a file can be made.
   *
   * @throws LauncherException when its folder is not there
   */
  static void requireFolder(Path file) throws LauncherException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new LauncherException(
          ExitCode.CONFIGURATION, "There is no folder '" + folder + "'; make it.");
    }
  }

  /**
   * Checks that a file is not there but can be made.
   *
   * @throws LauncherException when it exists, or its folder does not
   */
  static void requireNew(Path file) throws LauncherException {
    requireFolder(file);
    if (Files.exists(file)) {
      throw new LauncherException(
          ExitCode.CONFIGURATION, "'" + file + "' exists already; give another name.");
    }
  }
}
