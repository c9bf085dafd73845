package io.sallyport.hw.pkcs11;

import io.sallyport.hw.HeldKey;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;

/**
 * A private key without a certificate in its token, as a TPM's tools make them. SunPKCS11 does not
 * show it, so it signs through PKCS#11 itself; its certificate comes from a file.
 */
final class BareKey {
  private static final long CKM_RSA_X_509 = 3;
  private static final long CKM_ECDSA = 0x1041;

  private final TokenLibrary library;
  private final Token token;
  private final Cryptoki cryptoki;
  private final TokenObject object;

  BareKey(TokenLibrary library, Token token, Cryptoki cryptoki, TokenObject object) {
    this.library = library;
    this.token = token;
    this.cryptoki = cryptoki;
    this.object = object;
  }

  /**
   * The key with this chain.
   *
   * @param chain leaf first; of a kind that is usable
   * @throws TlsException INVALID_ARG when the leaf is not for the key: a signature of its shows it
   */
  HeldKey certified(List<X509Certificate> chain) throws IOException, GeneralSecurityException {
    X509Certificate leaf = chain.get(0);
    HeldKey held =
        leaf.getPublicKey() instanceof ECPublicKey ec
            ? new HeldKey.Ec(object.name(), ec, chain, List.of(), input -> sign(CKM_ECDSA, input))
            : new HeldKey.Rsa(
                object.name(),
                (RSAPublicKey) leaf.getPublicKey(),
                chain,
                List.of(),
                input -> sign(CKM_RSA_X_509, input));
    if (!isPair(held)) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The certificate of '"
              + leaf.getSubjectX500Principal().getName()
              + "' is not for the key "
              + object
              + " in "
              + token
              + "; give the one that was issued for it.");
    }
    return held;
  }

  private byte[] sign(long mechanism, byte[] input) throws IOException {
    return library.use(
        token, open -> cryptoki.sign(open.slot(), object.handle(), mechanism, input));
  }

  /** Whether what the private key signs now is what the public key verifies. */
  private boolean isPair(HeldKey held) throws IOException, GeneralSecurityException {
    SecureRandom random = new SecureRandom();
    if (held instanceof HeldKey.Ec ec) {
      byte[] digest = new byte[(ec.publicKey().getParams().getOrder().bitLength() + 7) / 8];
      random.nextBytes(digest);
      Signature verifier = Signature.getInstance("NONEwithECDSAinP1363Format");
      verifier.initVerify(ec.publicKey());
      verifier.update(digest);
      byte[] signature = ec.operation().sign(digest);
      return signature.length == 2 * digest.length && verifier.verify(signature);
    }
    HeldKey.Rsa rsa = (HeldKey.Rsa) held;
    BigInteger modulus = rsa.publicKey().getModulus();
    byte[] block = new byte[(modulus.bitLength() + 7) / 8];
    random.nextBytes(block);
    block[0] = 0; // Smaller than the modulus.
    BigInteger result = new BigInteger(1, rsa.operation().exponentiate(block));
    return result
        .modPow(rsa.publicKey().getPublicExponent(), modulus)
        .equals(new BigInteger(1, block));
  }
}
