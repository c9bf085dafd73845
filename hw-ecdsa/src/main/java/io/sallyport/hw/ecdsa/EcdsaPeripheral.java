package io.sallyport.hw.ecdsa;

import io.sallyport.hw.DeviceLostException;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;

/**
 * The peripheral: signs with keys that software cannot read. A key is in memory only during an
 * operation, and wiped after it: the eFuses are read from the file each time.
 */
final class EcdsaPeripheral {
  private final Chip chip;
  private final EfuseFile file;
  private final Nonce nonce;
  private final SecureRandom random;

  EcdsaPeripheral(Chip chip, EfuseFile file, Nonce nonce, SecureRandom random) {
    this.chip = chip;
    this.file = file;
    this.nonce = nonce;
    this.random = random;
  }

  private interface Use {
    byte[] of(Ecdsa ecdsa, byte[] key);
  }

  private byte[] use(KeyBlocks blocks, Use use) throws IOException {
    try (Wipe memory = new Wipe();
        Efuses efuses = file.read(chip)) {
      efuses.require(blocks.curve(), nonce);
      byte[] key = KeyLayout.read(efuses, blocks, memory);
      Ecdsa ecdsa = new Ecdsa(blocks.curve(), random);
      if (!ecdsa.isPrivateKey(key)) {
        throw new TlsException(
            TlsErrorCode.INVALID_ARG,
            "What is burnt for the "
                + blocks
                + " is not a private key of this curve, because it is not less than the order;"
                + " burn a proper one into another block.");
      }
      return use.of(ecdsa, key);
    }
  }

  /**
   * The public key of what the blocks hold.
   *
   * @throws TlsException INVALID_ARG when they hold no such key
   * @throws DeviceLostException when the eFuses cannot be read
   */
  ECPublicKey publicKey(KeyBlocks blocks) throws IOException {
    return blocks.curve().publicKey(use(blocks, Ecdsa::publicKey));
  }

  /**
   * Signs, and verifies that before it gives it away: a signature by a fault can tell the key.
   *
   * @param expected the key's public half
   * @param digest as long as the curve's order
   * @return r and s, each as long as the order, big-endian
   * @throws TlsException SE_FAILED when the blocks no longer hold such a key
   * @throws DeviceLostException when the eFuses cannot be read or hold another key now
   */
  byte[] sign(KeyBlocks blocks, ECPublicKey expected, byte[] digest) throws IOException {
    if (digest.length != blocks.curve().length()) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "A digest for the "
              + blocks
              + " has "
              + blocks.curve().length()
              + " bytes, not "
              + digest.length
              + ".");
    }
    byte[] signature;
    try {
      signature = use(blocks, (ecdsa, key) -> ecdsa.sign(key, digest, nonce));
    } catch (TlsException e) {
      throw new TlsException(TlsErrorCode.SE_FAILED, e.getMessage(), e);
    }
    if (!verifies(expected, digest, signature)) {
      throw new DeviceLostException(
          "The " + blocks + " of " + file + " is another one now; it is read again.");
    }
    return signature;
  }

  private static boolean verifies(ECPublicKey key, byte[] digest, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("NONEwithECDSAinP1363Format", "SunEC");
      verifier.initVerify(key);
      verifier.update(digest);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java platform cannot verify ECDSA signatures.", e);
    }
  }
}
