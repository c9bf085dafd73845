package io.sallyport.tls.engine;

import io.sallyport.tls.Identity;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;

/** An identity under an alias, and which of the libraries' key-type names it answers to. */
final class OwnKey {
  private final String alias;
  private final Identity identity;
  private final X509Certificate[] chain;
  private final String algorithm;
  private final String curve;

  OwnKey(String alias, Identity identity) {
    this.alias = alias;
    this.identity = identity;
    this.chain = identity.chain().toArray(new X509Certificate[0]);
    PublicKey publicKey = identity.certificate().getPublicKey();
    this.algorithm = publicKey.getAlgorithm();
    this.curve = publicKey instanceof ECKey ec ? curve(ec) : "";
  }

  String alias() {
    return alias;
  }

  Identity identity() {
    return identity;
  }

  X509Certificate[] chain() {
    return chain.clone();
  }

  PrivateKey privateKey() {
    return identity.privateKey();
  }

  /** Key types: "EC", "EC_EC", "ECDHE_ECDSA", "EC/secp256r1", "RSA", "ECDHE_RSA", … */
  boolean matches(String keyType) {
    int slash = keyType.indexOf('/');
    String family = slash < 0 ? keyType : keyType.substring(0, slash);
    String detail = slash < 0 ? "" : keyType.substring(slash + 1);
    return switch (algorithm) {
      case "EC" ->
          (family.equals("EC") || family.equals("EC_EC") || family.endsWith("ECDSA"))
              && (detail.isEmpty() || detail.equalsIgnoreCase(curve));
      case "RSA" ->
          family.equals("RSA") || family.equals("rsaEncryption") || family.endsWith("_RSA");
      case "RSASSA-PSS" -> keyType.contains("RSASSA-PSS");
      case "EdDSA", "Ed25519", "Ed448" -> family.startsWith("Ed");
      default -> family.equals(algorithm);
    };
  }

  private static String curve(ECKey key) {
    return switch (key.getParams().getOrder().bitLength()) {
      case 256 -> "secp256r1";
      case 384 -> "secp384r1";
      case 521 -> "secp521r1";
      default -> "";
    };
  }
}
