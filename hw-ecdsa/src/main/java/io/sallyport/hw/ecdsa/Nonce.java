package io.sallyport.hw.ecdsa;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.security.SecureRandom;
import java.util.Locale;

/** Where the secret number of a signature comes from. */
public enum Nonce {
  /** From the random number generator, as the chip does by default. */
  RANDOM {
    @Override
    Nonces begin(Curve curve, byte[] privateKey, byte[] digest, SecureRandom random) {
      return new RandomNonces(curve, random);
    }
  },
  /** From the key and the digest (RFC 6979). */
  DETERMINISTIC {
    @Override
    Nonces begin(Curve curve, byte[] privateKey, byte[] digest, SecureRandom random) {
      return new DeterministicNonces(curve, privateKey, digest);
    }
  };

  /**
   * The source of this name.
   *
   * @param label "random" or "deterministic"
   * @throws TlsException INVALID_ARG for any other
   */
  public static Nonce of(String label) throws TlsException {
    for (Nonce nonce : values()) {
      if (nonce.toString().equals(label)) {
        return nonce;
      }
    }
    throw new TlsException(
        TlsErrorCode.INVALID_ARG,
        "The nonce '"
            + label
            + "' is not one of random and deterministic; correct 'nonce' of the ECDSA peripheral.");
  }

  /**
   * Begins a signature.
   *
   * @param privateKey big-endian, as long as the order
   * @param digest less than the order, as long as it
   */
  abstract Nonces begin(Curve curve, byte[] privateKey, byte[] digest, SecureRandom random);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
