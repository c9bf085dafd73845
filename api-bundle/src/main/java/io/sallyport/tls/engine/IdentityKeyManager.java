package io.sallyport.tls.engine;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Offers the identity of each engine. Issuers that the peer names are passed over, as in ESP-TLS:
 * whoever configures a certificate wants it sent. The key is handed on as it is, opaque or not.
 * Thread-safe.
 */
final class IdentityKeyManager extends X509ExtendedKeyManager {
  private final OwnIdentities identities;

  IdentityKeyManager(OwnIdentities identities) {
    this.identities = identities;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal[] issuers, SSLEngine engine) {
    return alias(engine, keyType);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal[] issuers, SSLEngine engine) {
    for (String keyType : keyTypes) {
      String alias = alias(engine, keyType);
      if (alias != null) {
        return alias;
      }
    }
    return null;
  }

  private @Nullable String alias(SSLEngine engine, String keyType) {
    Optional<OwnKey> key = identities.key(engine.getPeerPort());
    return key.filter(own -> own.matches(keyType)).map(OwnKey::alias).orElse(null);
  }

  @Override
  public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    return null; // Engines only.
  }

  @Override
  public @Nullable String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
    return null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal[] issuers) {
    return null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return identities.byAlias(alias).map(OwnKey::chain).orElse(null);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return identities.byAlias(alias).map(OwnKey::privateKey).orElse(null);
  }
}
