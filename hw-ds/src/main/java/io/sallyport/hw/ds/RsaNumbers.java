package io.sallyport.hw.ds;

import java.math.BigInteger;
import java.security.spec.RSAKeyGenParameterSpec;

/** Public numbers of RSA. */
final class RsaNumbers {
  /** The usual public exponent. */
  static final BigInteger F4 = RSAKeyGenParameterSpec.F4;

  private RsaNumbers() {}

  /** A number as long as the modulus, big-endian. */
  static byte[] block(BigInteger number, BigInteger modulus) {
    byte[] block = new byte[(modulus.bitLength() + Byte.SIZE - 1) / Byte.SIZE];
    byte[] bytes = number.toByteArray();
    int used = Math.min(bytes.length, block.length);
    System.arraycopy(bytes, bytes.length - used, block, block.length - used, used);
    return block;
  }
}
