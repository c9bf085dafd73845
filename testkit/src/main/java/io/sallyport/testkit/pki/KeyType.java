package io.sallyport.testkit.pki;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;

/** The kinds of key that a certificate can be made for. */
public enum KeyType {
  /** NIST P-256. */
  EC_P256("EC", "secp256r1", 256, "SHA256withECDSA"),
  /** NIST P-384. */
  EC_P384("EC", "secp384r1", 384, "SHA384withECDSA"),
  /** NIST P-521. */
  EC_P521("EC", "secp521r1", 521, "SHA512withECDSA"),
  /** Ed25519. */
  ED25519("Ed25519", "Ed25519", 255, "Ed25519"),
  /** RSA with 1024 bits: too short to be accepted. */
  RSA_1024("RSA", "", 1024, "SHA256withRSA"),
  /** RSA with 2048 bits. */
  RSA_2048("RSA", "", 2048, "SHA256withRSA"),
  /** RSA with 3072 bits. */
  RSA_3072("RSA", "", 3072, "SHA256withRSA");

  private final String algorithm;
  private final String curve;
  private final int bits;
  private final String signature;

  KeyType(String algorithm, String curve, int bits, String signature) {
    this.algorithm = algorithm;
    this.curve = curve;
    this.bits = bits;
    this.signature = signature;
  }

  /** Makes a new key pair. */
  public KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      AlgorithmParameterSpec parameters =
          curve.isEmpty()
              ? new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4)
              : algorithm.equals(curve)
                  ? new NamedParameterSpec(curve)
                  : new ECGenParameterSpec(curve);
      generator.initialize(parameters);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new PkiException("This Java platform makes no " + this + " keys.", e);
    }
  }

  /** The usual signature algorithm of a key of this type, by its JCA name. */
  public String signatureAlgorithm() {
    return signature;
  }
}
