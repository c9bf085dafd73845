package io.sallyport.hw.ecdsa;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.util.OptionalInt;

/**
 * The eFuse blocks of a key, counted as blocks (4 is KEY0), not as keys. ESP-TLS: {@code
 * ecdsa_key_efuse_blk}, {@code ecdsa_key_efuse_blk_high}, {@code ecdsa_curve}.
 *
 * @param curve the key's curve
 * @param low the block of a P-256 key, or of the low 32 bytes of a P-384 one; 4 to 9
 * @param high the block of the high 16 bytes of a P-384 key; 4 to 9; empty for P-256
 */
public record KeyBlocks(Curve curve, int low, OptionalInt high) {
  /** See {@link #of}, which says what is wrong. */
  public KeyBlocks {
    if ((curve == Curve.P_384) != high.isPresent()) {
      throw new IllegalArgumentException("P-384 has a high block, P-256 has none.");
    }
  }

  /**
   * A P-256 key.
   *
   * @param block 4 to 9
   * @throws TlsException INVALID_ARG for any other
   */
  public static KeyBlocks p256(int block) throws TlsException {
    return of(Curve.P_256, block, OptionalInt.empty());
  }

  /**
   * A P-384 key.
   *
   * @param low 4 to 9
   * @param high 4 to 9
   * @throws TlsException INVALID_ARG for any other, or twice the same
   */
  public static KeyBlocks p384(int low, int high) throws TlsException {
    return of(Curve.P_384, low, OptionalInt.of(high));
  }

  /**
   * The blocks of a key.
   *
   * @throws TlsException INVALID_ARG when there is no such block, or one too many or too few for
   *     the curve
   */
  public static KeyBlocks of(Curve curve, int low, OptionalInt high) throws TlsException {
    requireKeyBlock(low);
    if (curve == Curve.P_256 && high.isPresent()) {
      throw wrong("A P-256 key is in one block; leave 'block.high' out, or set 'curve' to P-384.");
    }
    if (curve == Curve.P_384 && high.isEmpty()) {
      throw wrong("A P-384 key is in two blocks; name the one of its high half in 'block.high'.");
    }
    if (high.isPresent()) {
      requireKeyBlock(high.getAsInt());
      if (high.getAsInt() == low) {
        throw wrong("The halves of a P-384 key cannot both be in block " + low + "; name two.");
      }
    }
    return new KeyBlocks(curve, low, high);
  }

  /**
   * Reads {@link #id}: one block is for P-256, two are for P-384, the low one first.
   *
   * @throws TlsException INVALID_ARG for anything else
   */
  public static KeyBlocks parse(String id) throws TlsException {
    if (!id.matches("[0-9]{1,2}(,[0-9]{1,2})?")) {
      throw wrong(
          "The key '"
              + id
              + "' is neither an eFuse block, such as 4, nor a low and a high one, such as 5,4.");
    }
    int comma = id.indexOf(',');
    return comma < 0
        ? p256(Integer.parseInt(id))
        : p384(Integer.parseInt(id.substring(0, comma)), Integer.parseInt(id.substring(comma + 1)));
  }

  private static void requireKeyBlock(int block) throws TlsException {
    if (block < Chip.FIRST_BLOCK || block > Chip.LAST_BLOCK) {
      throw wrong(
          "The eFuse block "
              + block
              + " holds no keys; they are in the blocks "
              + Chip.FIRST_BLOCK
              + " (KEY0) to "
              + Chip.LAST_BLOCK
              + " (KEY5).");
    }
  }

  private static TlsException wrong(String sentence) {
    return new TlsException(TlsErrorCode.INVALID_ARG, sentence);
  }

  /** The block, or the low and the high one with a comma between. */
  public String id() {
    return high.isPresent() ? low + "," + high.getAsInt() : String.valueOf(low);
  }

  @Override
  public String toString() {
    return curve + " key in block " + id();
  }
}
