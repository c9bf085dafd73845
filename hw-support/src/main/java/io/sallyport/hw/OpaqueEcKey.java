package io.sallyport.hw;

import java.io.IOException;
import java.security.interfaces.ECKey;
import java.security.spec.ECParameterSpec;
import java.util.Arrays;

/** An ECDSA key in a device. Thread-safe. */
final class OpaqueEcKey extends OpaqueKey implements ECKey {
  private static final long serialVersionUID = 1L;
  private final transient ECParameterSpec parameters;

  OpaqueEcKey(ManagedDevice device, String id, ECParameterSpec parameters) {
    super(device, id);
    this.parameters = parameters;
  }

  @Override
  public String getAlgorithm() {
    return "EC";
  }

  @Override
  public ECParameterSpec getParams() {
    return parameters;
  }

  /** Signs a digest of any length: its leftmost bits, as FIPS 186-5 section 6.4.1 says. */
  byte[] sign(byte[] digest) throws IOException {
    int length = (parameters.getOrder().bitLength() + Byte.SIZE - 1) / Byte.SIZE;
    byte[] fitted = new byte[length];
    int used = Math.min(length, digest.length);
    System.arraycopy(digest, 0, fitted, length - used, used);
    byte[] signature = device().perform(this, held -> ((HeldKey.Ec) held).operation().sign(fitted));
    if (signature.length != 2 * length) {
      throw failed(device().nonsense(signature.length, 2 * length));
    }
    return DerSignature.encode(
        Arrays.copyOf(signature, length), Arrays.copyOfRange(signature, length, 2 * length));
  }
}
