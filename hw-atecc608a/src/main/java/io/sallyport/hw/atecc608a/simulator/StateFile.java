package io.sallyport.hw.atecc608a.simulator;

import io.sallyport.hw.PrivateFile;
import io.sallyport.hw.atecc608a.certificate.Pem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The chip's lasting memory on disk: a header, the configuration, the one-time programmable zone,
 * the slots, both counters and a checksum. It holds private keys: only its owner may read it.
 * Whatever happens while it is written, it is afterwards the old or the new one; a second simulator
 * on it is refused. Not thread-safe.
 */
final class StateFile implements AutoCloseable {
  private static final byte[] HEADER =
      "Sallyport ATECC608A 1\n".getBytes(StandardCharsets.US_ASCII);

  private final Path file;
  private final FileChannel lockFile;
  private final FileLock lock;

  private StateFile(Path file, FileChannel lockFile, FileLock lock) {
    this.file = file;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /**
   * Takes the file for this simulator.
   *
   * @throws IOException when another one has it, or it cannot be written
   */
  static StateFile open(Path file) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".lock");
    FileChannel channel =
        FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean taken = false;
    try {
      FileLock lock = tryLock(channel);
      if (lock == null) {
        throw new IOException(
            "The simulated chip " + file + " is in use by another simulator; stop that one.");
      }
      taken = true;
      return new StateFile(file, channel, lock);
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // By this very process.
    }
  }

  /** What it holds; empty when there is no file. */
  Optional<Zones> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    byte[] bytes = PrivateFile.read(file, size());
    try {
      return Optional.of(parse(bytes));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          file + " is no state of a simulated ATECC608A (" + e.getMessage() + "); name another.",
          e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static int size() {
    int size = HEADER.length + Zones.CONFIG + Zones.OTP + 2 * Integer.BYTES + Integer.BYTES;
    for (int slot = 0; slot < Zones.SLOTS; slot++) {
      size += Zones.slotSize(slot);
    }
    return size;
  }

  static Zones parse(byte[] bytes) {
    if (bytes.length != size()) {
      throw new IllegalArgumentException("it has not " + size() + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte[] header = new byte[HEADER.length];
    in.get(header);
    if (!Arrays.equals(header, HEADER)) {
      throw new IllegalArgumentException("it begins otherwise");
    }
    if (in.getInt(bytes.length - Integer.BYTES) != checksum(bytes)) {
      throw new IllegalArgumentException("its checksum is wrong");
    }
    Zones zones = new Zones();
    in.get(zones.config).get(zones.otp);
    for (byte[] slot : zones.slots) {
      in.get(slot);
    }
    zones.counters[0] = in.getInt();
    zones.counters[1] = in.getInt();
    return zones;
  }

  private static int checksum(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, bytes.length - Integer.BYTES);
    return (int) crc.getValue();
  }

  static byte[] encode(Zones zones) {
    byte[] bytes = new byte[size()];
    ByteBuffer out = ByteBuffer.wrap(bytes).put(HEADER).put(zones.config).put(zones.otp);
    for (byte[] slot : zones.slots) {
      out.put(slot);
    }
    out.putInt(zones.counters[0]).putInt(zones.counters[1]);
    out.putInt(checksum(bytes));
    return bytes;
  }

  /** Makes it lasting: it is on the disk when this returns. */
  void write(Zones zones) throws IOException {
    byte[] bytes = encode(zones);
    try {
      PrivateFile.write(file, bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** The file beside a state that holds the certificate of the chip's root. */
  static Path rootOf(Path state) {
    return state.resolveSibling(state.getFileName() + ".root.pem");
  }

  void writeRoot(X509Certificate root) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".root.new");
    try {
      Files.writeString(fresh, Pem.certificate(root));
      Files.move(
          fresh, rootOf(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  @Override
  public void close() throws IOException {
    lock.release();
    lockFile.close();
  }
}
