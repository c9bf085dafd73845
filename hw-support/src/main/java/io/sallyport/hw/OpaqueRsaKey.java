package io.sallyport.hw;

import java.io.IOException;
import java.math.BigInteger;
import java.security.interfaces.RSAKey;

/** An RSA key in a device. Thread-safe. */
final class OpaqueRsaKey extends OpaqueKey implements RSAKey {
  private static final long serialVersionUID = 1L;
  private final BigInteger modulus;

  OpaqueRsaKey(ManagedDevice device, String id, BigInteger modulus) {
    super(device, id);
    this.modulus = modulus;
  }

  @Override
  public String getAlgorithm() {
    return "RSA";
  }

  @Override
  public BigInteger getModulus() {
    return modulus;
  }

  /** Bytes of the modulus. */
  int length() {
    return (modulus.bitLength() + Byte.SIZE - 1) / Byte.SIZE;
  }

  byte[] exponentiate(byte[] block) throws IOException {
    byte[] result =
        device().perform(this, held -> ((HeldKey.Rsa) held).operation().exponentiate(block));
    if (result.length != length()) {
      throw failed(device().nonsense(result.length, length()));
    }
    return result;
  }
}
