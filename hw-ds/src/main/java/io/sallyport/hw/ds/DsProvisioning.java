package io.sallyport.hw.ds;

import io.sallyport.hw.PrivateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateKey;
import java.util.Arrays;

/** Writes what a chip holds after its manufacture: the HMAC key and the parameters. */
public final class DsProvisioning {
  private static final int IV = 16;

  private DsProvisioning() {}

  /**
   * Makes an HMAC key, encrypts an RSA key under it and writes both.
   *
   * @param chip the chip
   * @param key a key of a size that the chip takes; it is not needed any more afterwards
   * @param hmacKeyFile for the 32 bytes that are burnt into the chip; only its owner may read it
   * @param parametersFile for the parameters, which are no secret
   * @throws DsException INVALID_ARG for another size
   * @throws IOException when a file cannot be written
   */
  public static void write(DsChip chip, RSAPrivateKey key, Path hmacKeyFile, Path parametersFile)
      throws IOException {
    SecureRandom random = new SecureRandom();
    byte[] hmacKey = new byte[EfuseKeys.LENGTH];
    byte[] iv = new byte[IV];
    random.nextBytes(hmacKey);
    random.nextBytes(iv);
    try {
      DsParameters parameters = DsEncryption.underHmacKey(chip, key, hmacKey, iv);
      PrivateFile.write(hmacKeyFile, hmacKey);
      PrivateFile.write(parametersFile, parameters.encode());
    } finally {
      Arrays.fill(hmacKey, (byte) 0);
    }
  }
}
