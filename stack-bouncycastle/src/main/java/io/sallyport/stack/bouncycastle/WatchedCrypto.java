package io.sallyport.stack.bouncycastle;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsSecret;

/**
 * The cryptography of one connection, whose secrets of TLS 1.3 can be listened to as they are
 * derived (RFC 8446 section 7.1). Used by its connection's thread only.
 */
final class WatchedCrypto extends PlatformTlsCrypto {
  private static final String EXTERNAL_BINDER = "ext binder";
  private static final String RESUMPTION_BINDER = "res binder";

  private final List<Listener> listeners = new ArrayList<>();
  private boolean resumption;

  WatchedCrypto(PlatformHelper helper, SecureRandom keys, SecureRandom nonces) {
    super(helper, keys, nonces);
  }

  /** Told of each secret that is derived. */
  interface Listener {
    /**
     * A secret was derived.
     *
     * @param label without the prefix "tls13 "
     * @param secret a copy, wiped after the call
     */
    void derived(String label, byte[] secret);
  }

  void listen(Listener listener) {
    listeners.add(listener);
  }

  /**
   * The pre-shared keys that are offered come from tickets. Bouncy Castle knows external ones only,
   * which differ in one label.
   */
  void offerResumption() {
    resumption = true;
  }

  @Override
  public TlsSecret hkdfInit(int cryptoHashAlgorithm) {
    return new WatchedSecret(this, new byte[TlsCryptoUtils.getHashOutputSize(cryptoHashAlgorithm)]);
  }

  String actualLabel(String label) {
    return resumption && label.equals(EXTERNAL_BINDER) ? RESUMPTION_BINDER : label;
  }

  boolean isWatched() {
    return !listeners.isEmpty();
  }

  void derived(String label, byte[] secret) {
    listeners.forEach(listener -> listener.derived(label, secret));
  }
}
