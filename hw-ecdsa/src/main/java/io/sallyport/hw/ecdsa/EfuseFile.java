package io.sallyport.hw.ecdsa;

import io.sallyport.hw.DeviceLostException;
import io.sallyport.hw.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A chip's eFuses on disk: the virtual eFuse file, and beside it, with ".keys" after its name, what
 * is read-protected. Whatever happens while they are written, each is afterwards the old or the new
 * one; only the owner may read them. Keeps nothing of them in memory. Thread-safe for reading.
 */
final class EfuseFile {
  private final Path file;

  EfuseFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  /** Whether the virtual eFuse file is there. */
  boolean exists() {
    return Files.exists(file);
  }

  /**
   * Reads the eFuses.
   *
   * @throws io.sallyport.tls.TlsException INVALID_ARG when a file is not what it should be
   * @throws DeviceLostException when there is none, or it cannot be read
   */
  Efuses read(Chip chip) throws IOException {
    byte[] visible = bytes(file, EfuseImage.SIZE);
    try {
      EfuseImage image = EfuseImage.parse(visible, file.toString());
      try {
        return new Efuses(chip, image, hidden());
      } catch (IOException e) {
        image.close();
        throw e;
      }
    } finally {
      Arrays.fill(visible, (byte) 0);
    }
  }

  private HiddenKeys hidden() throws IOException {
    Path keys = keys(target());
    if (!Files.exists(keys)) {
      return HiddenKeys.none();
    }
    byte[] secret = bytes(keys, HiddenKeys.SIZE);
    try {
      return HiddenKeys.parse(secret);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /** Reads all, but never more than one byte too many: then the length tells. */
  private static byte[] bytes(Path from, int expected) throws DeviceLostException {
    if (!Files.exists(from)) {
      throw new DeviceLostException(
          "There is no virtual eFuse file " + from + "; make one, or correct 'efuse.file'.");
    }
    try {
      return PrivateFile.read(from, expected);
    } catch (IOException e) {
      throw new DeviceLostException(
          "The virtual eFuse file " + from + " cannot be read; check its permissions.", e);
    }
  }

  /**
   * Writes the eFuses. The hidden ones go first: they count only once the virtual eFuse file says
   * that their block is read-protected.
   */
  void write(Efuses efuses) throws IOException {
    Path target = target();
    byte[] secret = efuses.hidden().file();
    byte[] visible = efuses.image().file();
    try {
      PrivateFile.write(keys(target), secret);
      PrivateFile.write(target, visible);
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(visible, (byte) 0);
    }
  }

  /** The file itself, where its name is a link. */
  private Path target() throws IOException {
    return Files.exists(file) ? file.toRealPath() : file;
  }

  private static Path keys(Path file) {
    return file.resolveSibling(file.getFileName() + ".keys");
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
