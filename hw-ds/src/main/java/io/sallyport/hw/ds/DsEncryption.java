package io.sallyport.hw.ds;

import java.math.BigInteger;
import java.security.interfaces.RSAPrivateKey;
import java.util.Arrays;

/**
 * Makes DS parameters of an RSA key, as the chip maker's tool does at manufacture. ESP-IDF: {@code
 * esp_ds_encrypt_params}.
 */
public final class DsEncryption {
  private static final int IV = 16;

  private DsEncryption() {}

  /**
   * Encrypts under an HMAC key.
   *
   * @param chip the chip that will sign
   * @param key a key of a size that the chip takes
   * @param hmacKey 32 bytes, to be burnt with the purpose HMAC_DOWN_DIGITAL_SIGNATURE
   * @param iv 16 random bytes, new for each key
   * @throws DsException INVALID_ARG for another size or length, and for a private exponent that is
   *     longer than the modulus
   */
  public static DsParameters underHmacKey(DsChip chip, RSAPrivateKey key, byte[] hmacKey, byte[] iv)
      throws DsException {
    requireKey(hmacKey);
    byte[] aesKey = EfuseKeys.derive(hmacKey);
    try {
      return underAesKey(chip, key, aesKey, iv);
    } finally {
      Arrays.fill(aesKey, (byte) 0);
    }
  }

  /**
   * Encrypts under the AES key itself, which newer chips hold in their key manager.
   *
   * @param chip the chip that will sign
   * @param key a key of a size that the chip takes
   * @param aesKey 32 bytes
   * @param iv 16 random bytes, new for each key
   * @throws DsException INVALID_ARG for another size or length, and for a private exponent that is
   *     longer than the modulus
   */
  public static DsParameters underAesKey(DsChip chip, RSAPrivateKey key, byte[] aesKey, byte[] iv)
      throws DsException {
    requireKey(aesKey);
    BigInteger modulus = key.getModulus();
    int bits = modulus.bitLength();
    if (!chip.supports(bits) || !modulus.testBit(0)) {
      throw new DsException(
          DsError.INVALID_ARG,
          "The "
              + chip
              + " takes RSA keys of "
              + chip.sizes()
              + " bits, not of "
              + bits
              + "; make such a key.");
    }
    BigInteger exponent = key.getPrivateExponent();
    if (exponent.signum() <= 0 || exponent.bitLength() > bits) {
      throw new DsException(
          DsError.INVALID_ARG,
          "The private exponent of the RSA key is not between 1 and its modulus, and the chip would"
              + " read a part of it; give a key with the smallest private exponent.");
    }
    if (iv.length != IV) {
      throw new DsException(
          DsError.INVALID_ARG,
          "The initialisation vector has " + IV + " bytes, not " + iv.length + ".");
    }
    int number = chip.numberBytes();
    byte[] cipher = new byte[chip.cipherBytes()];
    try (Aes256 aes = new Aes256(aesKey)) {
      DsPlain plain = new DsPlain(number, cipher); // Not closed: what is in it gets encrypted.
      put(cipher, 0, exponent);
      put(cipher, number, modulus);
      put(cipher, 2 * number, BigInteger.ONE.shiftLeft(2 * bits).mod(modulus));
      BigInteger word = BigInteger.ONE.shiftLeft(Integer.SIZE);
      put(cipher, 3 * number + DsPlain.DIGEST, modulus.negate().modInverse(word));
      int length = bits / Integer.SIZE - 1;
      put(cipher, 3 * number + DsPlain.DIGEST + Integer.BYTES, BigInteger.valueOf(length));
      plain.setDigest(plain.digest(iv));
      plain.pad();
      aes.encrypt(iv, cipher);
      return new DsParameters(chip, length, iv.clone(), cipher);
    }
  }

  private static void requireKey(byte[] key) throws DsException {
    if (key.length != EfuseKeys.LENGTH) {
      throw new DsException(
          DsError.INVALID_ARG,
          "The key has " + EfuseKeys.LENGTH + " bytes, not " + key.length + "; give such a key.");
    }
  }

  /** Little-endian; what is not written stays zero. */
  private static void put(byte[] into, int at, BigInteger number) {
    byte[] bigEndian = number.toByteArray();
    for (int i = 0; i < bigEndian.length; i++) {
      byte value = bigEndian[bigEndian.length - 1 - i];
      if (value != 0) { // A sign in front may lie beyond.
        into[at + i] = value;
      }
    }
    Arrays.fill(bigEndian, (byte) 0);
  }
}
