package io.sallyport.hw.ecdsa;

import io.sallyport.tls.TlsException;
import java.security.SecureRandom;
import java.util.Arrays;

/** What a fuzzer feeds: whatever is in a file, the answer is a key or a {@link TlsException}. */
public final class EfuseFuzz {
  private static final SecureRandom RANDOM = new SecureRandom();

  private EfuseFuzz() {}

  /** A virtual eFuse file and, behind it, the file of its read-protected keys. */
  public static void fuzzerTestOneInput(byte[] input) {
    int split = Math.min(input.length, EfuseImage.SIZE);
    byte[] visible = Arrays.copyOf(input, split);
    byte[] secret = Arrays.copyOfRange(input, split, input.length);
    for (Chip chip : Chip.values()) {
      try (EfuseImage image = EfuseImage.parse(visible, "fuzz")) {
        require(Arrays.equals(visible, image.file()));
        read(new Efuses(chip, image, hidden(secret)));
      } catch (TlsException e) {
        require(visible.length != EfuseImage.SIZE);
      }
    }
  }

  private static HiddenKeys hidden(byte[] file) {
    try {
      HiddenKeys keys = HiddenKeys.parse(file);
      require(Arrays.equals(file, keys.file()));
      return keys;
    } catch (TlsException e) {
      return HiddenKeys.none();
    }
  }

  private static void read(Efuses efuses) {
    for (int low = Chip.FIRST_BLOCK; low <= Chip.LAST_BLOCK; low++) {
      for (int high = Chip.FIRST_BLOCK - 1; high <= Chip.LAST_BLOCK; high++) {
        if (low != high) {
          read(efuses, low + (high < Chip.FIRST_BLOCK ? "" : "," + high));
        }
      }
      burn(efuses, low);
    }
  }

  private static void read(Efuses efuses, String id) {
    try (Wipe memory = new Wipe()) {
      KeyBlocks blocks = KeyBlocks.parse(id);
      byte[] key = KeyLayout.read(efuses, blocks, memory);
      require(key.length == blocks.curve().length());
      new Ecdsa(blocks.curve(), RANDOM).isPrivateKey(key);
      efuses.require(blocks.curve(), Nonce.DETERMINISTIC);
    } catch (TlsException e) {
      require(e.getMessage().endsWith("."));
    }
  }

  /** Whatever was burnt before, a block that takes a key gives it back. */
  private static void burn(Efuses efuses, int block) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) block);
    try (Wipe memory = new Wipe()) {
      KeyBlocks blocks = KeyBlocks.p256(block);
      KeyLayout.burn(efuses, blocks, key, new Protection(block % 2 == 0, true));
      require(Arrays.equals(key, KeyLayout.read(efuses, blocks, memory)));
    } catch (TlsException e) {
      require(e.getMessage().endsWith("."));
    }
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new AssertionError("It does not hold.");
    }
  }
}
