package io.sallyport.hw.ecdsa;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;

/**
 * Burns ECDSA keys into a virtual eFuse file, as {@code espefuse --virt burn_key} does. A burnt
 * eFuse stays burnt. Either all is burnt or nothing. Use from one process at a time.
 *
 * <p>Unlike espefuse for an ESP32-H2 before revision 1.2, it leaves ECDSA_FORCE_USE_HARDWARE_K as
 * it is, so that deterministic nonces stay possible.
 */
public final class EcdsaProvisioning {
  private final Chip chip;
  private final EfuseFile file;
  private final SecureRandom random = new SecureRandom();

  /**
   * For a chip.
   *
   * @param chip its name as in {@code espefuse --chip}: "esp32h2", "esp32c5", "esp32p4"; for the
   *     ESP32-P4 before revision 3 "esp32p4-rev1"
   * @param efuseFile the virtual eFuse file; where it is not there, it is made, as a chip without a
   *     burnt eFuse
   * @throws TlsException INVALID_ARG for an unknown chip
   */
  public EcdsaProvisioning(String chip, Path efuseFile) throws TlsException {
    this.chip = Chip.of(chip);
    this.file = new EfuseFile(efuseFile);
  }

  /**
   * Makes a key and burns it.
   *
   * @return its public half
   * @throws TlsException INVALID_ARG when the chip or the block cannot hold such a key,
   *     INVALID_STATE when a block is not free
   * @throws IOException when a file cannot be read or written
   */
  public ECPublicKey burnNew(KeyBlocks blocks, Protection protection) throws IOException {
    try (Wipe memory = new Wipe()) {
      byte[] key = memory.bytes(blocks.curve().length());
      new Ecdsa(blocks.curve(), random).generate(key);
      return burnKey(blocks, key, protection);
    }
  }

  /**
   * Burns a given key.
   *
   * @param pemOrDer PKCS#8 or SEC1, unencrypted, in PEM or DER; the caller wipes it
   * @return its public half
   * @throws TlsException PK_PARSE_KEY_FAILED when the key cannot be read or is for another curve;
   *     INVALID_ARG when the chip or the block cannot hold it, INVALID_STATE when a block is not
   *     free
   * @throws IOException when a file cannot be read or written
   */
  public ECPublicKey burn(KeyBlocks blocks, byte[] pemOrDer, Protection protection)
      throws IOException {
    try (Wipe memory = new Wipe()) {
      byte[] key = new PrivateKeyReader(memory).read(pemOrDer, blocks.curve());
      if (!new Ecdsa(blocks.curve(), random).isPrivateKey(key)) {
        throw new TlsException(
            TlsErrorCode.PK_PARSE_KEY_FAILED,
            "The private key cannot be burnt: it is not between zero and the order of "
                + blocks.curve()
                + "; give a proper one.");
      }
      return burnKey(blocks, key, protection);
    }
  }

  private ECPublicKey burnKey(KeyBlocks blocks, byte[] key, Protection protection)
      throws IOException {
    try (Efuses efuses = efuses()) {
      efuses.require(blocks.curve(), Nonce.RANDOM);
      KeyLayout.burn(efuses, blocks, key, protection);
      file.write(efuses);
    }
    return blocks.curve().publicKey(new Ecdsa(blocks.curve(), random).publicKey(key));
  }

  private Efuses efuses() throws IOException {
    return file.exists()
        ? file.read(chip)
        : new Efuses(chip, EfuseImage.blank(), HiddenKeys.none());
  }
}
