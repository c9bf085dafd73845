package io.sallyport.tls;

import java.util.EnumSet;
import java.util.Set;

/**
 * Why a peer's certificate was refused. ESP-TLS: the flags of {@code
 * esp_tls_get_and_clear_last_error}, with Mbed TLS's bit values ({@code MBEDTLS_X509_BADCERT_*}).
 * The same bad certificate gives the same flags on every stack.
 */
public enum VerificationFlag {
  /** The certificate's validity has ended. */
  EXPIRED(0x1, "the certificate has expired"),
  /** The certificate was revoked. */
  REVOKED(0x2, "the certificate has been revoked"),
  /** No name in the certificate matches the expected one. */
  NAME_MISMATCH(0x4, "the certificate was issued for another name"),
  /** No chain leads to a trusted certificate authority. */
  NOT_TRUSTED(0x8, "the certificate is not signed by a trusted authority"),
  /** The peer sent no certificate although one is required. */
  MISSING(0x40, "the peer sent no certificate"),
  /**
   * There is no valid proof that the certificate was not revoked, although one is required, or the
   * one that was sent is not valid.
   */
  NO_REVOCATION_STATUS(
      0x10, "the proof that the certificate was not revoked is missing or invalid"),
  /** Another reason; the cause tells. */
  OTHER(0x100, "the certificate was refused"),
  /** The certificate's validity has not begun. */
  NOT_YET_VALID(0x200, "the certificate is not valid yet"),
  /** The keyUsage extension forbids this use. */
  BAD_KEY_USAGE(0x800, "the certificate's key usage forbids this use"),
  /** The extendedKeyUsage extension forbids this use. */
  BAD_EXTENDED_KEY_USAGE(0x1000, "the certificate's extended key usage forbids this use"),
  /** The signature's hash algorithm is too weak. */
  WEAK_SIGNATURE(0x4000, "the certificate is signed with a weak hash algorithm"),
  /** The key's algorithm is not acceptable. */
  BAD_KEY_ALGORITHM(0x8000, "the certificate's key algorithm is not acceptable"),
  /** The key is too short. */
  WEAK_KEY(0x10000, "the certificate's key is too weak");

  private final int bit;
  private final String sentence;

  VerificationFlag(int bit, String sentence) {
    this.bit = bit;
    this.sentence = sentence;
  }

  /** Mbed TLS's bit for this flag. */
  public int bit() {
    return bit;
  }

  /** What the flag means, as part of a sentence. */
  public String sentence() {
    return sentence;
  }

  /** The bits of all given flags, or 0. */
  public static int bits(Set<VerificationFlag> flags) {
    int bits = 0;
    for (VerificationFlag flag : flags) {
      bits |= flag.bit;
    }
    return bits;
  }

  /** The flags whose bits are set; unknown bits are passed over. */
  public static Set<VerificationFlag> of(int bits) {
    EnumSet<VerificationFlag> flags = EnumSet.noneOf(VerificationFlag.class);
    for (VerificationFlag flag : values()) {
      if ((bits & flag.bit) != 0) {
        flags.add(flag);
      }
    }
    return flags;
  }
}
