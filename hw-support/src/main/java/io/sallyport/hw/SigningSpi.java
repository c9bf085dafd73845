package io.sallyport.hw;

import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * A signature that is made in a device. It does not verify: for that there are the platform's own.
 *
 * @param <K> its keys
 */
abstract class SigningSpi<K extends OpaqueKey> extends SignatureSpi {
  private final ManagedDevice device;
  private final Class<K> keys;
  private @Nullable K key;

  SigningSpi(ManagedDevice device, Class<K> keys) {
    this.device = device;
    this.keys = keys;
  }

  /** Forgets what has been updated. */
  abstract void reset();

  final K key() throws SignatureException {
    K initialised = key;
    if (initialised == null) {
      throw new SignatureException("No key was given; call initSign first.");
    }
    return initialised;
  }

  @Override
  protected final void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
    key = device.own(privateKey, keys);
    reset();
  }

  @Override
  protected final void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
    throw new InvalidKeyException("Keys in hardware only sign; verify by another provider.");
  }

  @Override
  protected final boolean engineVerify(byte[] signature) throws SignatureException {
    throw new SignatureException("Keys in hardware only sign; verify by another provider.");
  }

  @Override
  protected void engineSetParameter(AlgorithmParameterSpec parameters)
      throws InvalidAlgorithmParameterException {
    throw new InvalidAlgorithmParameterException("This signature has no parameters.");
  }

  @Override
  @Deprecated
  protected final void engineSetParameter(String name, Object value) {
    throw new UnsupportedOperationException("Set parameters by AlgorithmParameterSpec.");
  }

  @Override
  @Deprecated
  protected final Object engineGetParameter(String name) {
    throw new UnsupportedOperationException("There are no named parameters.");
  }
}
