package io.sallyport.hw.ds;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Digital Signature peripheral: decrypts the parameters, checks them, raises, and forgets.
 * ESP-IDF: {@code esp_ds_sign}. The decrypted parameters are in memory only during a call, and
 * wiped after it. Not thread-safe.
 */
public final class DsPeripheral {
  private final EfuseKeys efuses;

  /** A peripheral of the chip with these keys, which stay the caller's. */
  public DsPeripheral(EfuseKeys efuses) {
    this.efuses = efuses;
  }

  private interface Use<T> {
    T of(DsPlain plain, int limbs, Optional<DsError> error) throws DsException;
  }

  /**
   * Signs: X to the power of Y modulo M. The caller has padded X.
   *
   * @param parameters the encrypted key; null is answered with INVALID_ARG
   * @param keyId the eFuse key, 0 to 5
   * @param message X, little-endian; as long as the key, or shorter
   * @return Z, or what is wrong with the parameters
   * @throws DsException INVALID_ARG, HMAC_FAIL
   */
  public DsResult sign(@Nullable DsParameters parameters, int keyId, byte @Nullable [] message)
      throws DsException {
    if (parameters == null || message == null) {
      throw new DsException(
          DsError.INVALID_ARG, "Parameters and message must be given to the peripheral.");
    }
    int outside = parameters.bits() / Integer.SIZE;
    if (message.length > outside * Integer.BYTES) {
      throw new DsException(
          DsError.INVALID_ARG,
          "A message of "
              + message.length
              + " bytes is too long for "
              + parameters
              + "; pad it to the length of the key.");
    }
    return use(
        parameters,
        keyId,
        (plain, limbs, error) -> {
          if (error.filter(DsError.INVALID_DIGEST::equals).isPresent()) {
            return new DsResult(error, new byte[outside * Integer.BYTES]);
          }
          return new DsResult(error, raise(plain, limbs, message));
        });
  }

  /**
   * The modulus, which is public.
   *
   * @throws DsException with every code
   */
  BigInteger modulus(DsParameters parameters, int keyId) throws DsException {
    return use(
        parameters,
        keyId,
        (plain, limbs, error) -> {
          if (error.isPresent()) {
            throw refusal(error.get());
          }
          byte[] bytes = bytes(plain.modulus(limbs));
          reverse(bytes);
          BigInteger modulus = new BigInteger(1, bytes);
          if (modulus.bitLength() != limbs * Integer.SIZE || !modulus.testBit(0)) {
            throw new DsException(
                DsError.INVALID_ARG,
                "The modulus within the DS parameters is none of an RSA key of "
                    + limbs * Integer.SIZE
                    + " bits; make them anew.");
          }
          return modulus;
        });
  }

  /** What a result's error means. */
  static DsException refusal(DsError error) {
    return new DsException(
        error,
        error == DsError.INVALID_DIGEST
            ? "The DS parameters do not belong to the eFuse key, or were changed; give the pair"
                + " that was made together."
            : "The DS parameters are padded wrongly; make them anew.");
  }

  private <T> T use(DsParameters parameters, int keyId, Use<T> use) throws DsException {
    byte[] key = efuses.hmacForSignatures(keyId);
    try (Aes256 aes = new Aes256(key);
        DsPlain plain = new DsPlain(parameters.chip().numberBytes(), parameters.cipher())) {
      aes.decrypt(parameters.iv(), plain.bytes());
      if (!plain.hasDigest(plain.digest(parameters.iv()))) {
        return use.of(plain, 0, Optional.of(DsError.INVALID_DIGEST));
      }
      int length = plain.length();
      long bits = (length + 1L) * Integer.SIZE;
      if (length <= 0 || bits > parameters.chip().maxBits()) {
        throw new DsException(
            DsError.INVALID_ARG,
            "The length within the DS parameters, "
                + length
                + ", is not possible; make them anew.");
      }
      return use.of(
          plain,
          length + 1,
          plain.isPadded() ? Optional.empty() : Optional.of(DsError.INVALID_PADDING));
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static byte[] raise(DsPlain plain, int limbs, byte[] message) {
    int[] exponent = plain.exponent(limbs);
    int[] modulus = plain.modulus(limbs);
    int[] base = limbs(message, limbs);
    try (Exponentiation exponentiation = new Exponentiation(modulus, plain.inverse())) {
      exponentiation.raise(base, exponent, plain.square(limbs));
      return bytes(base);
    } finally {
      Arrays.fill(exponent, 0);
      Arrays.fill(base, 0);
    }
  }

  private static int[] limbs(byte[] littleEndian, int count) {
    int[] limbs = new int[count];
    for (int i = 0; i < Math.min(littleEndian.length, count * Integer.BYTES); i++) {
      limbs[i / Integer.BYTES] |= (littleEndian[i] & 0xFF) << (Byte.SIZE * (i % Integer.BYTES));
    }
    return limbs;
  }

  private static byte[] bytes(int[] limbs) {
    byte[] littleEndian = new byte[limbs.length * Integer.BYTES];
    for (int i = 0; i < littleEndian.length; i++) {
      littleEndian[i] = (byte) (limbs[i / Integer.BYTES] >>> (Byte.SIZE * (i % Integer.BYTES)));
    }
    return littleEndian;
  }

  /** Turns big-endian into little-endian, and back. */
  static void reverse(byte[] bytes) {
    for (int low = 0, high = bytes.length - 1; low < high; low++, high--) {
      byte swapped = bytes[low];
      bytes[low] = bytes[high];
      bytes[high] = swapped;
    }
  }
}
