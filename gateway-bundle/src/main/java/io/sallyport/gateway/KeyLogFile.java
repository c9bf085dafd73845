package io.sallyport.gateway;

import io.sallyport.tls.KeyLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Appends the secrets of connections to a file that only its owner can read. For debugging: a line
 * is written at once, on the connection's thread.
 */
final class KeyLogFile implements KeyLog {
  private final Path file;

  private KeyLogFile(Path file) {
    this.file = file;
  }

  /** Makes the file where it is not there yet. */
  static KeyLogFile open(Path file) throws IOException {
    if (Files.notExists(file)) {
      if (Files.getFileStore(file.toAbsolutePath().getParent())
          .supportsFileAttributeView("posix")) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.createFile(file);
      }
    }
    if (!Files.isWritable(file)) {
      throw new IOException("no right to write it");
    }
    return new KeyLogFile(file);
  }

  @Override
  public synchronized void line(String line) {
    try {
      Files.write(
          file, (line + "\n").getBytes(StandardCharsets.US_ASCII), StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("The key log cannot be written.", e);
    }
  }
}
