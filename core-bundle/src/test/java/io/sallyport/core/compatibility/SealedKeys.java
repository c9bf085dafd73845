package io.sallyport.core.compatibility;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;

/** Private keys that give nothing away, as hardware has them, and a provider that signs by them. */
final class SealedKeys extends Provider {
  private static final long serialVersionUID = 1L;

  SealedKeys() {
    super("SealedKeysForTests", "1", "Keys without an encoding");
    String classes = Sealed.class.getName();
    for (String algorithm :
        List.of(
            "NONEwithECDSA",
            "SHA256withECDSA",
            "SHA384withECDSA",
            "SHA512withECDSA",
            "SHA256withRSA",
            "SHA384withRSA",
            "SHA512withRSA",
            "RSASSA-PSS")) {
      putService(
          new Service(
              this,
              "Signature",
              algorithm,
              SealedSignature.class.getName(),
              null,
              java.util.Map.of("SupportedKeyClasses", classes)) {
            @Override
            public Object newInstance(Object parameter) {
              return new SealedSignature(algorithm);
            }
          });
    }
    for (String transformation : List.of("RSA/ECB/NoPadding", "RSA/ECB/PKCS1Padding")) {
      putService(
          new Service(
              this,
              "Cipher",
              transformation,
              SealedCipher.class.getName(),
              null,
              java.util.Map.of("SupportedKeyClasses", classes)) {
            @Override
            public Object newInstance(Object parameter) {
              return new SealedCipher(transformation);
            }
          });
    }
  }

  /** The key without its encoding. */
  static PrivateKey seal(PrivateKey key, PublicKey publicKey) {
    return key instanceof RSAPrivateKey
        ? new SealedRsa(key, ((RSAPublicKey) publicKey).getModulus())
        : new SealedEc(key, ((ECPublicKey) publicKey).getParams());
  }

  /** Only this file sees what is inside. */
  abstract static class Sealed implements PrivateKey {
    private static final long serialVersionUID = 1L;
    private final transient PrivateKey inside;

    Sealed(PrivateKey inside) {
      this.inside = inside;
    }

    @Override
    public String getAlgorithm() {
      return inside.getAlgorithm();
    }

    @Override
    public String getFormat() {
      return null;
    }

    @Override
    public byte[] getEncoded() {
      return null;
    }
  }

  private static final class SealedRsa extends Sealed implements RSAKey {
    private static final long serialVersionUID = 1L;
    private final BigInteger modulus;

    SealedRsa(PrivateKey inside, BigInteger modulus) {
      super(inside);
      this.modulus = modulus;
    }

    @Override
    public BigInteger getModulus() {
      return modulus;
    }
  }

  private static final class SealedEc extends Sealed implements java.security.interfaces.ECKey {
    private static final long serialVersionUID = 1L;
    private final transient ECParameterSpec parameters;

    SealedEc(PrivateKey inside, ECParameterSpec parameters) {
      super(inside);
      this.parameters = parameters;
    }

    @Override
    public ECParameterSpec getParams() {
      return parameters;
    }
  }

  private static PrivateKey open(Key key) throws InvalidKeyException {
    if (key instanceof Sealed sealed) {
      return sealed.inside;
    }
    throw new InvalidKeyException("Only keys of this provider.");
  }

  /** Signs by the platform with the key that is inside. */
  static final class SealedSignature extends SignatureSpi {
    private final Signature platform;

    SealedSignature(String algorithm) {
      try {
        platform =
            Signature.getInstance(algorithm, algorithm.contains("RSA") ? "SunRsaSign" : "SunEC");
      } catch (java.security.GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
      platform.initSign(open(key));
    }

    @Override
    protected void engineInitSign(PrivateKey key, SecureRandom random) throws InvalidKeyException {
      engineInitSign(key);
    }

    @Override
    protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
      throw new InvalidKeyException("It only signs.");
    }

    @Override
    protected void engineUpdate(byte b) throws SignatureException {
      platform.update(b);
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
      platform.update(bytes, offset, length);
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
      return platform.sign();
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
      throw new SignatureException("It only signs.");
    }

    @Override
    protected void engineSetParameter(AlgorithmParameterSpec parameters)
        throws java.security.InvalidAlgorithmParameterException {
      platform.setParameter(parameters);
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
      return platform.getParameters();
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
      throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
      throw new UnsupportedOperationException();
    }
  }

  /** The raw operation, which Conscrypt signs with. */
  static final class SealedCipher extends CipherSpi {
    private final Cipher platform;
    private final ByteArrayOutputStream input = new ByteArrayOutputStream();

    SealedCipher(String transformation) {
      try {
        platform = Cipher.getInstance(transformation, "SunJCE");
      } catch (java.security.GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    protected void engineInit(int mode, Key key, SecureRandom random) throws InvalidKeyException {
      platform.init(mode, open(key));
    }

    @Override
    protected void engineInit(
        int mode, Key key, AlgorithmParameterSpec parameters, SecureRandom random)
        throws InvalidKeyException {
      engineInit(mode, key, random);
    }

    @Override
    protected void engineInit(
        int mode, Key key, AlgorithmParameters parameters, SecureRandom random)
        throws InvalidKeyException {
      engineInit(mode, key, random);
    }

    @Override
    protected byte[] engineUpdate(byte[] bytes, int offset, int length) {
      input.write(bytes, offset, length);
      return new byte[0];
    }

    @Override
    protected int engineUpdate(byte[] in, int offset, int length, byte[] out, int outOffset) {
      input.write(in, offset, length);
      return 0;
    }

    @Override
    protected byte[] engineDoFinal(byte[] bytes, int offset, int length)
        throws javax.crypto.IllegalBlockSizeException, javax.crypto.BadPaddingException {
      if (bytes != null) {
        input.write(bytes, offset, length);
      }
      return platform.doFinal(input.toByteArray());
    }

    @Override
    protected int engineDoFinal(byte[] in, int offset, int length, byte[] out, int outOffset)
        throws javax.crypto.IllegalBlockSizeException, javax.crypto.BadPaddingException {
      byte[] result = engineDoFinal(in, offset, length);
      System.arraycopy(result, 0, out, outOffset, result.length);
      return result.length;
    }

    @Override
    protected void engineSetMode(String mode) {
      // ECB, as it was asked for.
    }

    @Override
    protected void engineSetPadding(String padding) {
      // As it was asked for.
    }

    @Override
    protected int engineGetBlockSize() {
      return platform.getBlockSize();
    }

    @Override
    protected int engineGetOutputSize(int length) {
      return platform.getOutputSize(length);
    }

    @Override
    protected byte[] engineGetIV() {
      return null;
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
      return null;
    }
  }
}
