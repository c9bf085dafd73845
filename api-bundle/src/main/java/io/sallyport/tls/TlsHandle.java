package io.sallyport.tls;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * One TLS connection inside a stack: driven, never driving. Each call does what can be done now
 * against the {@link Transport} and says what it waits for, so that one handle serves blocking
 * callers, selectors, event loops and tests, and no thread is ever held by a stack.
 *
 * <p>Confined to one thread at a time; the caller gives memory visibility when it moves a handle
 * between threads. An idle handle holds no buffer. After a method threw, the handle is dead: an
 * alert that the stack produced has been offered to the transport, and only {@link #close} is of
 * use.
 *
 * <p>ESP-TLS: the per-connection part of {@code esp_tls_stack_ops_t} ({@code handshake}, {@code
 * read}, {@code write}, {@code get_bytes_avail}, {@code get_ssl_context}, {@code conn_delete}).
 */
public interface TlsHandle extends AutoCloseable {
  /** Result of {@link #read}: the peer sent close_notify; no more data will come. */
  int END = -1;

  /** Result of {@link #read} and {@link #write}. ESP-TLS: {@code ESP_TLS_ERR_SSL_WANT_READ}. */
  int WANT_READ = -0x6900;

  /** Result of {@link #read} and {@link #write}. ESP-TLS: {@code ESP_TLS_ERR_SSL_WANT_WRITE}. */
  int WANT_WRITE = -0x6880;

  /**
   * Advances the handshake. ESP-TLS: {@code handshake}. It may compute for as long as the
   * handshake's cryptography takes (with a hardware key: for as long as the device takes).
   *
   * @return DONE when application data may flow (also when called again later)
   * @throws TlsException SSL_HANDSHAKE_FAILED with the verification flags, TCP_CLOSED_FIN when the
   *     peer hung up
   */
  Progress handshake() throws TlsException;

  /**
   * Whether {@link #handshake} may wait for a device that holds the private key: then it does not
   * belong on an event loop.
   */
  default boolean mayBlock() {
    return false;
  }

  /**
   * Decrypts into {@code dst}. ESP-TLS: {@code read}.
   *
   * @param dst heap or direct; with no room left the call returns 0 and, as in ESP-TLS, may be used
   *     to let the stack take in what has arrived
   * @return the number of bytes (&gt; 0, or 0 for a full {@code dst}), {@link #END}, {@link
   *     #WANT_READ} or {@link #WANT_WRITE}
   * @throws TlsException SSL_READ_FAILED; TCP_CLOSED_FIN when TCP ended without close_notify
   */
  int read(ByteBuffer dst) throws TlsException;

  /**
   * Encrypts from {@code src}. ESP-TLS: {@code write}. Bytes that are reported as taken are on
   * their way or kept in the handle until {@link #flush}.
   *
   * @param src heap, direct or read-only
   * @return the number of bytes taken, at least 1 unless {@code src} is empty; {@link #WANT_WRITE}
   *     or {@link #WANT_READ} when none was
   * @throws TlsException SSL_WRITE_FAILED
   */
  int write(ByteBuffer src) throws TlsException;

  /**
   * Offers encrypted bytes that the transport did not take yet once more.
   *
   * @return DONE when none is left, else WANT_WRITE
   * @throws TlsException SSL_WRITE_FAILED
   */
  Progress flush() throws TlsException;

  /**
   * Decrypted bytes that {@link #read} gives without touching the transport. ESP-TLS: {@code
   * get_bytes_avail}.
   */
  int bytesAvailable();

  /**
   * Sends close_notify and ends the own direction; reading goes on where the stack and the protocol
   * version allow it (RFC 8446 section 6.1). Idempotent.
   *
   * @return DONE when the alert has left, else WANT_WRITE: call again
   * @throws TlsException SSL_WRITE_FAILED
   */
  Progress shutdownOutput() throws TlsException;

  /** What the handshake agreed on; before its end, what is known so far. */
  SessionInfo session();

  /**
   * The newest session that the server offered to resume. Empty while there is none (in TLS 1.3 it
   * arrives after the handshake, so read first), without {@link ClientConfig#sessions}, and for
   * servers. ESP-TLS: {@code get_client_session}.
   *
   * @return the session, to be closed by the caller
   */
  default Optional<ClientSession> clientSession() {
    return Optional.empty();
  }

  /**
   * Whether the peer has sent anything at all; a stack that does not know says yes. A connection
   * that ends before is nobody's failure.
   */
  default boolean heardFromPeer() {
    return true;
  }

  /**
   * Whose work this connection is. Empty for a handle that comes from a stack itself and not from
   * the platform.
   */
  default Optional<Provenance> provenance() {
    return Optional.empty();
  }

  /**
   * The stack's own object, such as {@code javax.net.ssl.SSLEngine}. ESP-TLS: {@code
   * get_ssl_context}.
   *
   * @return the object, or empty when the stack has none of this type
   */
  <T> Optional<T> unwrap(Class<T> type);

  /**
   * Tries once to send close_notify if that has not been done, and frees everything. ESP-TLS:
   * {@code conn_delete}. Idempotent, never throws.
   */
  @Override
  void close();
}
