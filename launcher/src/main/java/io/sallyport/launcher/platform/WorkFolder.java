package io.sallyport.launcher.platform;

import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A temporary folder, readable by its owner only. A lock inside it tells folders in use from those
 * that a killed process left behind. Removed when it is closed.
 */
final class WorkFolder implements AutoCloseable {
  private static final String PREFIX = "sallyport-";
  // Opening and closing a lock file gives up every lock that the process has on it, so the
  // process's own folders must be known by their names.
  private static final String OWN_PREFIX = PREFIX + ProcessHandle.current().pid() + "-";
  private static final String LOCK = "lock";
  private static final int DELETE_ATTEMPTS = 5;

  private final Path path;
  private final FileChannel lock;

  private WorkFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Creates a folder in the system's temporary folder and removes those of dead processes. */
  static WorkFolder create() throws LauncherException {
    return create(Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
  }

  static WorkFolder create(Path parent) throws LauncherException {
    removeLeftOvers(parent);
    try {
      Path path = Files.createTempDirectory(parent, OWN_PREFIX); // Mode 0700.
      FileChannel lock =
          FileChannel.open(
              path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      lock.lock();
      return new WorkFolder(path, lock);
    } catch (IOException e) {
      throw new LauncherException(
          ExitCode.PLATFORM,
          "No folder can be made in '"
              + parent
              + "'; free some space there, or name another one with"
              + " SALLYPORT_JAVA_OPTS=-Djava.io.tmpdir=FOLDER.",
          e);
    }
  }

  /** Where it is. */
  Path path() {
    return path;
  }

  @Override
  public void close() {
    delete(path);
    try {
      lock.close();
    } catch (IOException e) {
      // The lock goes with the process.
    }
  }

  private static void removeLeftOvers(Path parent) {
    try (Stream<Path> files = Files.list(parent)) {
      files
          .filter(file -> file.getFileName().toString().startsWith(PREFIX))
          .filter(file -> !file.getFileName().toString().startsWith(OWN_PREFIX))
          .filter(WorkFolder::isLeftOver)
          .toList()
          .forEach(WorkFolder::delete);
    } catch (IOException | UncheckedIOException e) {
      // They only take space; if there is none, making the new folder says so.
    }
  }

  private static boolean isLeftOver(Path folder) {
    Path file = folder.resolve(LOCK);
    if (!Files.isWritable(file)) {
      return false; // Somebody else's, or so new that its lock is not there yet.
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock free = channel.tryLock()) {
      return free != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false;
    }
  }

  /** Once more where something was still writing: nothing depends on it, but it takes space. */
  private static void delete(Path folder) {
    for (int attempt = 0; attempt < DELETE_ATTEMPTS && Files.exists(folder); attempt++) {
      try (Stream<Path> tree = Files.walk(folder)) {
        List<Path> childrenFirst = tree.sorted(Comparator.reverseOrder()).toList();
        for (Path file : childrenFirst) {
          Files.deleteIfExists(file);
        }
      } catch (IOException | UncheckedIOException e) {
        Thread.onSpinWait(); // The next start tries again, too.
      }
    }
  }
}
