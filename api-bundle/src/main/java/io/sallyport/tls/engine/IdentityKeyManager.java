package io.sallyport.tls.engine;

import io.sallyport.tls.Identity;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Offers one identity under whatever key-type names a library uses: "EC", "EC_EC", "ECDHE_ECDSA",
 * "EC/secp256r1", "RSA", "ECDHE_RSA", … Issuers that the peer names are passed over, as in ESP-TLS:
 * whoever configures a certificate wants it sent. The key is handed on as it is, opaque or not.
 * Thread-safe.
 */
final class IdentityKeyManager extends X509ExtendedKeyManager {
  private static final String ALIAS = "own";

  private final X509Certificate[] chain;
  private final PrivateKey key;
  private final String algorithm;
  private final String curve;

  IdentityKeyManager(Identity identity) {
    chain = identity.chain().toArray(new X509Certificate[0]);
    key = identity.privateKey();
    PublicKey publicKey = identity.certificate().getPublicKey();
    algorithm = publicKey.getAlgorithm();
    curve = publicKey instanceof ECKey ec ? curve(ec) : "";
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal[] issuers, SSLEngine engine) {
    return matches(keyType) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal[] issuers, SSLEngine engine) {
    for (String keyType : keyTypes) {
      if (matches(keyType)) {
        return ALIAS;
      }
    }
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    return matches(keyType) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
    return null; // Engines only.
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
    return matches(keyType) ? new String[] {ALIAS} : null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal[] issuers) {
    return matches(keyType) ? new String[] {ALIAS} : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return ALIAS.equals(alias) ? chain.clone() : null;
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return ALIAS.equals(alias) ? key : null;
  }

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
