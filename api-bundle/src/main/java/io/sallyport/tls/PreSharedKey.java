package io.sallyport.tls;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.security.auth.Destroyable;

/**
 * A key that both sides know, under a name (RFC 4279; RFC 8446 section 4.2.11, external). ESP-TLS:
 * {@code psk_hint_key_t}.
 *
 * <p>Thread-safe. Holds a copy of the key until {@link #destroy}; {@link #toString} shows the
 * identity only. In TLS 1.3 the key belongs to the hash SHA-256 (RFC 8446 section 4.2.11, where
 * nothing else is agreed).
 */
public final class PreSharedKey implements Destroyable {
  private static final int MAX_IDENTITY_BYTES = 128;
  private static final int MIN_KEY_BYTES = 16;
  private static final int MAX_KEY_BYTES = 256;

  private final String identity;
  private final byte[] key;
  private volatile boolean destroyed;

  private PreSharedKey(String identity, byte[] key) {
    this.identity = identity;
    this.key = key;
  }

  /**
   * Names a key.
   *
   * @param identity 1 to 128 bytes in UTF-8, without NUL
   * @param key 16 to 256 bytes; copied, so the caller may wipe its own
   * @throws TlsException SSL_CONF_PSK_FAILED when one of them is too short or too long
   */
  public static PreSharedKey of(String identity, byte[] key) throws TlsException {
    int length = identity.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > MAX_IDENTITY_BYTES || identity.indexOf('\0') >= 0) {
      throw new TlsException(
          TlsErrorCode.SSL_CONF_PSK_FAILED,
          "The identity of a pre-shared key has "
              + length
              + " bytes; give 1 to "
              + MAX_IDENTITY_BYTES
              + " and no NUL.");
    }
    if (key.length < MIN_KEY_BYTES || key.length > MAX_KEY_BYTES) {
      throw new TlsException(
          TlsErrorCode.SSL_CONF_PSK_FAILED,
          "The pre-shared key of '"
              + identity
              + "' has "
              + key.length
              + " bytes; give "
              + MIN_KEY_BYTES
              + " to "
              + MAX_KEY_BYTES
              + " random ones.");
    }
    return new PreSharedKey(identity, key.clone());
  }

  /** The name by which both sides know the key. */
  public String identity() {
    return identity;
  }

  /**
   * A copy of the key, which the caller wipes.
   *
   * @throws TlsException INVALID_STATE after {@link #destroy}
   */
  public byte[] key() throws TlsException {
    byte[] copy = key.clone();
    if (destroyed) {
      throw new TlsException(
          TlsErrorCode.INVALID_STATE,
          "The pre-shared key of '" + identity + "' was destroyed; make a new one.");
    }
    return copy;
  }

  /** Wipes the key. New connections with it fail; open ones go on. */
  @Override
  public void destroy() {
    destroyed = true;
    Arrays.fill(key, (byte) 0);
  }

  @Override
  public boolean isDestroyed() {
    return destroyed;
  }

  @Override
  public String toString() {
    return "PreSharedKey[" + identity + "]";
  }
}
