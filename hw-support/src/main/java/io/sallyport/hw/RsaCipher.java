package io.sallyport.hw;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.ShortBufferException;
import org.jspecify.annotations.Nullable;

/**
 * "Encryption" with a private key, which is how Conscrypt signs: raw, or with PKCS#1 padding of
 * type 1. It does not decrypt: no suite that is offered needs that.
 */
final class RsaCipher extends CipherSpi {
  private final ManagedDevice device;
  private final boolean padded;
  private final ByteArrayOutputStream input = new ByteArrayOutputStream();
  private @Nullable OpaqueRsaKey key;

  RsaCipher(ManagedDevice device, boolean padded) {
    this.device = device;
    this.padded = padded;
  }

  @Override
  protected void engineInit(int mode, Key privateKey, SecureRandom random)
      throws InvalidKeyException {
    OpaqueRsaKey own = device.own(privateKey, OpaqueRsaKey.class);
    if (mode != Cipher.ENCRYPT_MODE) {
      throw new InvalidKeyException(own + " only signs; it does not decrypt.");
    }
    key = own;
    input.reset();
  }

  @Override
  protected void engineInit(
      int mode, Key privateKey, @Nullable AlgorithmParameterSpec parameters, SecureRandom random)
      throws InvalidKeyException {
    engineInit(mode, privateKey, random);
  }

  @Override
  protected void engineInit(
      int mode, Key privateKey, @Nullable AlgorithmParameters parameters, SecureRandom random)
      throws InvalidKeyException {
    engineInit(mode, privateKey, random);
  }

  private OpaqueRsaKey key() {
    OpaqueRsaKey initialised = key;
    if (initialised == null) {
      throw new IllegalStateException("No key was given; call init first.");
    }
    return initialised;
  }

  /** Keeps what fits; {@link #engineDoFinal} refuses what is too long. */
  private void take(byte[] bytes, int offset, int length) {
    input.write(bytes, offset, Math.min(length, key().length() + 1 - input.size()));
  }

  @Override
  protected byte[] engineUpdate(byte[] bytes, int offset, int length) {
    take(bytes, offset, length);
    return new byte[0];
  }

  @Override
  protected int engineUpdate(byte[] in, int offset, int length, byte[] out, int outOffset) {
    take(in, offset, length);
    return 0;
  }

  @Override
  protected byte[] engineDoFinal(byte @Nullable [] bytes, int offset, int length)
      throws IllegalBlockSizeException, BadPaddingException {
    if (bytes != null) {
      take(bytes, offset, length);
    }
    byte[] content = input.toByteArray();
    input.reset();
    OpaqueRsaKey own = key();
    if (content.length > own.length()) {
      throw new IllegalBlockSizeException(
          own + " takes at most " + own.length() + " bytes; this is more.");
    }
    try {
      byte[] block = padded ? Padding.pkcs1(content, own.length()) : raw(content, own);
      return own.exponentiate(block);
    } catch (IOException e) {
      throw new ProviderException(e.getMessage(), e);
    }
  }

  private static byte[] raw(byte[] content, OpaqueRsaKey own) throws BadPaddingException {
    if (new BigInteger(1, content).compareTo(own.getModulus()) >= 0) {
      throw new BadPaddingException("The block is not smaller than the modulus of " + own + ".");
    }
    byte[] block = new byte[own.length()];
    System.arraycopy(content, 0, block, block.length - content.length, content.length);
    return block;
  }

  @Override
  protected int engineDoFinal(byte[] in, int offset, int length, byte[] out, int outOffset)
      throws IllegalBlockSizeException, BadPaddingException, ShortBufferException {
    if (out.length - outOffset < key().length()) {
      throw new ShortBufferException(
          "The result takes " + key().length() + " bytes; give a longer array.");
    }
    byte[] result = engineDoFinal(in, offset, length);
    System.arraycopy(result, 0, out, outOffset, result.length);
    Arrays.fill(result, (byte) 0);
    return result.length;
  }

  @Override
  protected void engineSetMode(String mode) {
    // ECB: the transformations are registered as a whole.
  }

  @Override
  protected void engineSetPadding(String padding) throws NoSuchPaddingException {
    if (!padding.equalsIgnoreCase(padded ? "PKCS1Padding" : "NoPadding")) {
      throw new NoSuchPaddingException(padding + " is not this transformation's padding.");
    }
  }

  @Override
  protected int engineGetBlockSize() {
    return 0; // It is no block cipher.
  }

  @Override
  protected int engineGetOutputSize(int length) {
    return key().length();
  }

  @Override
  protected byte @Nullable [] engineGetIV() {
    return null;
  }

  @Override
  protected @Nullable AlgorithmParameters engineGetParameters() {
    return null;
  }
}
