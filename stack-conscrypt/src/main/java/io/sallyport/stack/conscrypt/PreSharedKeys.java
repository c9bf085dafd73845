package io.sallyport.stack.conscrypt;

import io.sallyport.tls.PreSharedKey;
import io.sallyport.tls.TlsException;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLEngine;
import org.conscrypt.PSKKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Gives Conscrypt the keys of a configuration. A server finds a key by the identity that the client
 * names; null refuses it. No hint is sent (RFC 4279 section 5.2).
 */
@SuppressWarnings("deprecation") // Not for use in TLS 1.3, where it is not used.
final class PreSharedKeys implements PSKKeyManager {
  private final List<PreSharedKey> keys;

  PreSharedKeys(List<PreSharedKey> keys) {
    this.keys = keys;
  }

  @Override
  public @Nullable String chooseServerKeyIdentityHint(SSLEngine engine) {
    return null;
  }

  @Override
  public String chooseClientKeyIdentity(@Nullable String identityHint, SSLEngine engine) {
    return keys.get(0).identity();
  }

  @Override
  public @Nullable SecretKey getKey(
      @Nullable String identityHint, String identity, SSLEngine engine) {
    for (PreSharedKey candidate : keys) {
      if (candidate.identity().equals(identity)) {
        return secret(candidate);
      }
    }
    return null;
  }

  private static @Nullable SecretKey secret(PreSharedKey key) {
    try {
      byte[] bytes = key.key();
      try {
        return new SecretKeySpec(bytes, "RAW");
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    } catch (TlsException e) {
      return null; // Destroyed meanwhile: nobody knows it any more.
    }
  }

  @Override
  public @Nullable String chooseServerKeyIdentityHint(Socket socket) {
    return null; // Engines only.
  }

  @Override
  public @Nullable String chooseClientKeyIdentity(@Nullable String identityHint, Socket socket) {
    return null;
  }

  @Override
  public @Nullable SecretKey getKey(@Nullable String identityHint, String identity, Socket socket) {
    return null;
  }
}
