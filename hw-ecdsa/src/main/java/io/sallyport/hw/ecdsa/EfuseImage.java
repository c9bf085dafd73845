package io.sallyport.hw.ecdsa;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.util.Arrays;

/**
 * The eFuse controller's registers, as software reads them, and as espefuse keeps them in a virtual
 * eFuse file ({@code --virt --path-efuse-file}): 512 bytes, the last register first, each
 * big-endian, which is the little-endian register space from its end to its beginning. The file
 * holds no check values of blocks; only the programming registers may hold those of the block burnt
 * last.
 *
 * <p>Bits are burnt and never cleared. Mutable, not thread-safe, wiped at the end.
 */
final class EfuseImage implements AutoCloseable {
  /** Bytes of a file. */
  static final int SIZE = 512;

  /** Bytes of a key block. */
  static final int BLOCK = 32;

  /** PGM_DATA0 to PGM_CHECK_VALUE2: what was programmed last, with its Reed-Solomon check bytes. */
  private static final int PROGRAMMING_END = 0x2C;

  private static final int BLOCK0 = 0x2C;
  private static final int KEY0 = 0x9C;

  private final byte[] registers;

  private EfuseImage(byte[] registers) {
    this.registers = registers;
  }

  /** A chip without a burnt eFuse. */
  static EfuseImage blank() {
    return new EfuseImage(new byte[SIZE]);
  }

  /**
   * Reads a file's bytes.
   *
   * @param file copied
   * @param name the file's, for the message
   * @throws TlsException INVALID_ARG when they are not so many
   */
  static EfuseImage parse(byte[] file, String name) throws TlsException {
    if (file.length != SIZE) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "A virtual eFuse file has "
              + SIZE
              + " bytes, '"
              + name
              + "' has "
              + (file.length > SIZE ? "more" : String.valueOf(file.length))
              + "; give one that 'espefuse --virt' or 'sallyport ecdsa burn' made.");
    }
    return new EfuseImage(reversed(file));
  }

  /** The file's bytes; the caller wipes them. */
  byte[] file() {
    return reversed(registers);
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  /** The number in these bits of BLOCK0, the least significant one first. */
  int number(int... bits) {
    int number = 0;
    for (int i = 0; i < bits.length; i++) {
      int at = bits[i];
      number |= (registers[BLOCK0 + at / Byte.SIZE] >>> (at % Byte.SIZE) & 1) << i;
    }
    return number;
  }

  /** Burns a bit of BLOCK0. */
  void burn(int bit) {
    registers[BLOCK0 + bit / Byte.SIZE] |= (byte) (1 << bit % Byte.SIZE);
  }

  /** Copies what software reads of a key block, 32 bytes. */
  void read(int block, byte[] data) {
    System.arraycopy(registers, offset(block), data, 0, BLOCK);
  }

  /** Burns the bits that are set in 32 bytes. */
  void burn(int block, byte[] data) {
    for (int i = 0; i < BLOCK; i++) {
      registers[offset(block) + i] |= data[i];
    }
  }

  /**
   * Forgets what was programmed last. Its check bytes tell 96 bits of a key, and espefuse leaves
   * them.
   */
  void clearProgramming() {
    Arrays.fill(registers, 0, PROGRAMMING_END, (byte) 0);
  }

  private static int offset(int block) {
    return KEY0 + BLOCK * (block - Chip.FIRST_BLOCK);
  }

  @Override
  public void close() {
    Arrays.fill(registers, (byte) 0);
  }
}
