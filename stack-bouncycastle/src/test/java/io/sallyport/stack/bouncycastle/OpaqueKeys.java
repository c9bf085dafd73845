package io.sallyport.stack.bouncycastle;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider whose keys never leave it, as those of a token. Registered until it is closed. */
final class OpaqueKeys extends Provider implements AutoCloseable {
  private static final long serialVersionUID = 1L;

  /** How often one of its keys has signed. */
  final transient AtomicInteger signatures = new AtomicInteger();

  OpaqueKeys() {
    super("OpaqueKeys", "1", "Keys that never leave it");
    for (String algorithm :
        List.of("NONEwithECDSA", "RSASSA-PSS", "NONEwithRSA", "SHA256withRSA", "Ed25519")) {
      putService(
          new Service(this, "Signature", algorithm, Signer.class.getName(), null, Map.of()) {
            @Override
            public Object newInstance(Object parameter) {
              return new Signer(algorithm, signatures);
            }

            @Override
            public boolean supportsParameter(Object parameter) {
              return parameter instanceof OpaqueKey;
            }
          });
    }
    Security.addProvider(this);
  }

  /** The same pair with its private key hidden. */
  KeyPair hide(KeyPair pair) {
    return new KeyPair(pair.getPublic(), new OpaqueKey(pair.getPrivate()));
  }

  @Override
  public void close() {
    Security.removeProvider(getName());
  }

  private static final class OpaqueKey implements PrivateKey {
    private static final long serialVersionUID = 1L;

    private final transient PrivateKey hidden;

    OpaqueKey(PrivateKey hidden) {
      this.hidden = hidden;
    }

    @Override
    public String getAlgorithm() {
      return hidden.getAlgorithm();
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

  private static final class Signer extends SignatureSpi {
    private final Signature signature;
    private final AtomicInteger count;

    Signer(String algorithm, AtomicInteger count) {
      this.count = count;
      try {
        this.signature = Signature.getInstance(algorithm);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
      signature.initSign(((OpaqueKey) key).hidden);
    }

    @Override
    protected void engineSetParameter(AlgorithmParameterSpec parameter) {
      try {
        signature.setParameter(parameter);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
      signature.update(bytes, offset, length);
    }

    @Override
    protected void engineUpdate(byte b) throws SignatureException {
      signature.update(b);
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
      count.incrementAndGet();
      return signature.sign();
    }

    @Override
    protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
      throw new InvalidKeyException("These keys only sign.");
    }

    @Override
    protected boolean engineVerify(byte[] bytes) throws SignatureException {
      throw new SignatureException("These keys only sign.");
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
}
