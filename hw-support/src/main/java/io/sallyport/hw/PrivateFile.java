package io.sallyport.hw;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * A file with a secret. Only its owner may read it; whatever happens while it is written, it is
 * afterwards the old or the new one. No copy of the content stays in memory.
 */
public final class PrivateFile {
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private PrivateFile() {}

  /**
   * Reads all, but never more than one byte too many: then the length tells.
   *
   * @param expected how many bytes there should be
   * @return what there is, to be wiped by the caller
   * @throws IOException when the file is not there or cannot be read
   */
  public static byte[] read(Path file, int expected) throws IOException {
    byte[] buffer = new byte[expected + 1];
    // Not a channel: that would leave a copy in a buffer of the thread's.
    try (FileInputStream in = new FileInputStream(file.toFile())) {
      return Arrays.copyOf(buffer, in.readNBytes(buffer, 0, buffer.length));
    } finally {
      Arrays.fill(buffer, (byte) 0);
    }
  }

  /** Whether others than the owner may read or write the file. */
  public static boolean isOpenToOthers(Path file) throws IOException {
    return isPosix(file) && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains);
  }

  /**
   * Writes a file, in place of the one that is there.
   *
   * @throws IOException when that fails; the old one is there then
   */
  public static void write(Path file, byte[] content) throws IOException {
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path fresh = target.resolveSibling(target.getFileName() + ".new");
    Files.deleteIfExists(fresh); // Left behind by a process that was killed.
    create(fresh);
    try {
      try (FileOutputStream out = new FileOutputStream(fresh.toFile())) {
        out.write(content);
        out.getFD().sync();
      }
      Files.move(
          fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
    Path directory = target.getParent();
    if (directory != null && isPosix(directory)) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true); // Else the new name may be lost with the power.
      }
    }
  }

  private static void create(Path fresh) throws IOException {
    if (isPosix(fresh)) {
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(fresh);
    }
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
