package io.sallyport.hw.ecdsa;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.util.Arrays;

/**
 * The eFuse controller of a chip: the rules for its key blocks. Mutable, not thread-safe, wiped at
 * the end.
 */
final class Efuses implements AutoCloseable {
  /** RD_DIS itself is write-protected by this bit. */
  private static final int WRITE_DISABLE_READ_DISABLE = 0;

  private final Chip chip;
  private final EfuseImage image;
  private final HiddenKeys hidden;

  Efuses(Chip chip, EfuseImage image, HiddenKeys hidden) {
    this.chip = chip;
    this.image = image;
    this.hidden = hidden;
  }

  EfuseImage image() {
    return image;
  }

  HiddenKeys hidden() {
    return hidden;
  }

  /** The number of a key block's purpose. */
  int purpose(int block) {
    return image.number(chip.purposeBits(block));
  }

  /** Whether software reads zeros of a key block. */
  boolean isReadProtected(int block) {
    return image.number(chip.readDisableBit(block)) != 0;
  }

  /** Whether nothing more can be burnt into a key block. */
  boolean isWriteProtected(int block) {
    return image.number(chip.writeDisableBit(block)) != 0;
  }

  /** Whether a key block's purpose stays as it is. */
  boolean isPurposeProtected(int block) {
    return image.number(chip.purposeWriteDisableBit(block)) != 0;
  }

  /**
   * Checks that the peripheral can sign on a curve.
   *
   * @throws TlsException INVALID_ARG when it cannot
   */
  void require(Curve curve, Nonce nonce) throws TlsException {
    if (!chip.supports(curve, image)) {
      throw refused("cannot sign on " + curve + "; choose another curve or chip");
    }
    if (chip.forcesKeyManager(image)) {
      throw refused(
          "has FORCE_USE_KEY_MANAGER_KEY burnt for ECDSA, so that keys in eFuse blocks are of no"
              + " use; take another chip");
    }
    if (nonce == Nonce.DETERMINISTIC && chip.forcesRandomNonce(image)) {
      throw refused(
          "has ECDSA_FORCE_USE_HARDWARE_K burnt, which allows random nonces only; set 'nonce' to"
              + " random");
    }
  }

  /**
   * Reads a key block as the peripheral does: read protection does not keep it out.
   *
   * @param data 32 bytes as they are in the block; the caller wipes them
   * @throws TlsException INVALID_ARG when the block has another purpose or holds no key
   */
  void key(int block, KeyPurpose purpose, byte[] data) throws TlsException {
    requireEcdsa(block);
    image.read(block, data);
    boolean blank = isZero(data) && !isReadProtected(block);
    if (blank && purpose(block) == KeyPurpose.USER.number()) {
      throw refused("has no key burnt in block " + block + "; burn one, or name another block");
    }
    if (purpose(block) != purpose.number()) {
      throw refused(
          "has in block "
              + block
              + " a key of purpose "
              + KeyPurpose.name(purpose(block))
              + ", not "
              + purpose
              + "; name the block that holds the key");
    }
    if (isZero(data) && isReadProtected(block)) {
      hidden.read(block, data);
      if (isZero(data)) {
        throw refused(
            "has in block "
                + block
                + " a read-protected key that neither the virtual eFuse file nor the .keys file"
                + " beside it has; restore that, or burn the key with --no-read-protect, because"
                + " espefuse does not keep it otherwise");
      }
    }
    if (isZero(data)) {
      throw refused("has no key burnt in block " + block + "; burn one");
    }
  }

  private void requireEcdsa(int block) throws TlsException {
    if (!chip.canSignFrom(block)) {
      throw refused(
          "cannot hold ECDSA keys in block "
              + block
              + " because of an error of the silicon; use another block");
    }
  }

  /**
   * Burns a key.
   *
   * @param data 32 bytes as they shall be in the block
   * @throws TlsException INVALID_STATE when the block is not free, INVALID_ARG when it cannot hold
   *     such a key; nothing is burnt then
   */
  void burn(int block, KeyPurpose purpose, byte[] data, Protection protection) throws TlsException {
    requireEcdsa(block);
    requireFree(block);
    if (protection.read() && image.number(WRITE_DISABLE_READ_DISABLE) != 0) {
      throw used("RD_DIS is write-protected, so that block " + block + " cannot be read-protected");
    }
    if (protection.read()) {
      hidden.write(block, data);
      image.burn(chip.readDisableBit(block));
    } else {
      hidden.write(block, new byte[EfuseImage.BLOCK]);
      image.burn(block, data);
    }
    int[] bits = chip.purposeBits(block);
    for (int i = 0; i < bits.length; i++) {
      if ((purpose.number() >>> i & 1) != 0) {
        image.burn(bits[i]);
      }
    }
    image.burn(chip.purposeWriteDisableBit(block));
    if (protection.write()) {
      image.burn(chip.writeDisableBit(block));
    }
    image.clearProgramming();
  }

  private void requireFree(int block) throws TlsException {
    byte[] data = new byte[EfuseImage.BLOCK];
    image.read(block, data);
    boolean empty = isZero(data);
    Arrays.fill(data, (byte) 0);
    if (!empty) {
      throw used("block " + block + " holds a key");
    }
    if (purpose(block) != KeyPurpose.USER.number()) {
      throw used("block " + block + " has the purpose " + KeyPurpose.name(purpose(block)));
    }
    if (isReadProtected(block)) {
      throw used("block " + block + " is read-protected");
    }
    if (isWriteProtected(block) || isPurposeProtected(block)) {
      throw used("block " + block + " is write-protected");
    }
  }

  private TlsException refused(String what) {
    return new TlsException(TlsErrorCode.INVALID_ARG, "The chip " + chip + " " + what + ".");
  }

  private TlsException used(String what) {
    return new TlsException(
        TlsErrorCode.INVALID_STATE,
        "The key cannot be burnt, because " + what + "; eFuses are for ever, use another block.");
  }

  private static boolean isZero(byte[] data) {
    int any = 0;
    for (byte one : data) {
      any |= one;
    }
    return any == 0;
  }

  @Override
  public void close() {
    image.close();
    hidden.close();
  }
}
