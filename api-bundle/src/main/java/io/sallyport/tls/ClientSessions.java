package io.sallyport.tls;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Client sessions as bytes, for another process or a later start. Get it from {@link
 * Tls#clientSessions}. Thread-safe.
 *
 * <p>The bytes are encrypted and authenticated (AES-256-GCM) by a key of the caller's, because who
 * has them can resume the session. They name the stack and are bound to a fingerprint of the
 * configuration, the host and the name, so that they resume nowhere else.
 */
@ProviderType
public interface ClientSessions {
  /** Length of the key, in bytes. */
  int KEY_BYTES = 32;

  /**
   * Writes a session.
   *
   * @param session a session of the active stack, or one that was read by {@link #unseal}
   * @param key {@value #KEY_BYTES} secret random bytes; the caller wipes them
   * @throws TlsException NOT_SUPPORTED naming the stack where it keeps its sessions to itself;
   *     INVALID_ARG for a key of another length; INVALID_STATE for a session that is closed or of a
   *     stack that is gone
   */
  byte[] seal(ClientSession session, byte[] key) throws TlsException;

  /**
   * Reads a session.
   *
   * @param sealed what {@link #seal} gave, possibly in another process
   * @param key the key that it was sealed with; the caller wipes it
   * @return the session, to be given to {@link Tls#connect(String, int, ClientConfig,
   *     ClientSession)}
   * @throws TlsException INVALID_ARG for another key, changed bytes or an unknown format;
   *     INVALID_VERSION for a newer one
   */
  ClientSession unseal(byte[] sealed, byte[] key) throws TlsException;
}
