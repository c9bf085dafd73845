package io.sallyport.hw;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.security.MessageDigest;
import java.util.Arrays;

/** The encodings that come before the exponentiation (RFC 8017 section 9). */
final class Padding {
  /** 00 01, at least eight FF, 00. */
  private static final int PKCS1_OVERHEAD = 11;

  private static final int PSS_TRAILER = 0xBC;

  private Padding() {}

  /**
   * EMSA-PKCS1-v1_5, from the DigestInfo on (section 9.2).
   *
   * @param content what is signed
   * @param length bytes of the modulus
   * @throws TlsException INVALID_ARG when the content is too long
   */
  static byte[] pkcs1(byte[] content, int length) throws TlsException {
    if (content.length > length - PKCS1_OVERHEAD) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "A key of "
              + length
              + " bytes cannot sign "
              + content.length
              + " bytes with PKCS#1 padding; use a longer key.");
    }
    byte[] block = new byte[length];
    Arrays.fill(block, (byte) 0xFF);
    block[0] = 0;
    block[1] = 1;
    block[length - content.length - 1] = 0;
    System.arraycopy(content, 0, block, length - content.length, content.length);
    return block;
  }

  /**
   * EMSA-PSS with MGF1 of the same hash (section 9.1.1).
   *
   * @param digest the hash of the message
   * @param salt random bytes
   * @param bits bits of the modulus
   * @throws TlsException INVALID_ARG when the key is too short for hash and salt
   */
  static byte[] pss(MessageDigest hash, byte[] digest, byte[] salt, int bits) throws TlsException {
    int length = (bits - 1 + Byte.SIZE - 1) / Byte.SIZE; // Of the encoded message.
    if (length < digest.length + salt.length + 2) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "A key of "
              + bits
              + " bits is too short for "
              + hash.getAlgorithm()
              + " with a salt of "
              + salt.length
              + " bytes; use a longer key.");
    }
    hash.reset();
    hash.update(new byte[8]);
    hash.update(digest);
    byte[] inner = hash.digest(salt);
    byte[] masked = new byte[length - inner.length - 1];
    masked[masked.length - salt.length - 1] = 1;
    System.arraycopy(salt, 0, masked, masked.length - salt.length, salt.length);
    byte[] mask = mgf1(hash, inner, masked.length);
    for (int i = 0; i < masked.length; i++) {
      masked[i] ^= mask[i];
    }
    masked[0] &= (byte) (0xFF >>> (Byte.SIZE * length - (bits - 1)));
    int modulusLength = (bits + Byte.SIZE - 1) / Byte.SIZE;
    byte[] block = new byte[modulusLength];
    int start = modulusLength - length;
    System.arraycopy(masked, 0, block, start, masked.length);
    System.arraycopy(inner, 0, block, start + masked.length, inner.length);
    block[modulusLength - 1] = (byte) PSS_TRAILER;
    return block;
  }

  /** Section B.2.1. */
  private static byte[] mgf1(MessageDigest hash, byte[] seed, int length) {
    byte[] mask = new byte[length];
    int size = hash.getDigestLength();
    for (int counter = 0; counter * size < length; counter++) {
      hash.update(seed);
      hash.update(new byte[] {0, 0, (byte) (counter >>> Byte.SIZE), (byte) counter});
      byte[] part = hash.digest();
      System.arraycopy(part, 0, mask, counter * size, Math.min(size, length - counter * size));
    }
    return mask;
  }
}
