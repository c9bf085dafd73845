package io.sallyport.hw.ecdsa;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The eFuses of read-protected key blocks. In a chip the peripheral reads them and software reads
 * zeros; a virtual eFuse file has what software reads. So they are kept in a file of their own:
 * eight bytes of name, six blocks of 32 bytes, and the SHA-256 of all that.
 *
 * <p>Mutable, not thread-safe, wiped at the end.
 */
final class HiddenKeys implements AutoCloseable {
  private static final byte[] NAME = "SPEFUSE1".getBytes(StandardCharsets.US_ASCII);
  private static final int BLOCKS = Chip.LAST_BLOCK - Chip.FIRST_BLOCK + 1;
  private static final int CHECKED = NAME.length + BLOCKS * EfuseImage.BLOCK;
  private static final int CHECK = 32;

  /** Bytes of a file. */
  static final int SIZE = CHECKED + CHECK;

  private final byte[] bytes;

  private HiddenKeys(byte[] bytes) {
    this.bytes = bytes;
  }

  /** None. */
  static HiddenKeys none() {
    byte[] bytes = new byte[SIZE];
    System.arraycopy(NAME, 0, bytes, 0, NAME.length);
    return new HiddenKeys(bytes);
  }

  /**
   * Reads a file's bytes.
   *
   * @param file copied
   * @throws TlsException INVALID_ARG when they were not written by {@link #file}
   */
  static HiddenKeys parse(byte[] file) throws TlsException {
    boolean good =
        file.length == SIZE
            && Arrays.equals(file, 0, NAME.length, NAME, 0, NAME.length)
            && MessageDigest.isEqual(check(file), Arrays.copyOfRange(file, CHECKED, SIZE));
    if (!good) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The file of the read-protected keys beside the virtual eFuse file is damaged; restore"
              + " it.");
    }
    return new HiddenKeys(file.clone());
  }

  private static byte[] check(byte[] bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, 0, CHECKED);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java platform lacks SHA-256.", e);
    }
  }

  /** The file's bytes; the caller wipes them. */
  byte[] file() {
    byte[] file = bytes.clone();
    System.arraycopy(check(bytes), 0, file, CHECKED, CHECK);
    return file;
  }

  /** Copies a key block, 32 bytes. */
  void read(int block, byte[] data) {
    System.arraycopy(bytes, offset(block), data, 0, EfuseImage.BLOCK);
  }

  /** Puts 32 bytes in the place of a key block. */
  void write(int block, byte[] data) {
    System.arraycopy(data, 0, bytes, offset(block), EfuseImage.BLOCK);
  }

  private static int offset(int block) {
    return NAME.length + EfuseImage.BLOCK * (block - Chip.FIRST_BLOCK);
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
  }
}
