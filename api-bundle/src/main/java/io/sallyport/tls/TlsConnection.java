package io.sallyport.tls;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A connection over a socket, TLS or plain. ESP-TLS: {@code esp_tls_t}.
 *
 * <p>Made by a blocking call of {@link Tls}, its methods block until they can do something, at most
 * for the configured timeout; made by a non-blocking call, they never wait, and {@link
 * #interestOps} says what to wait for in a selector of one's own. Confined to one thread at a time,
 * except {@link #close}, which any thread may call.
 */
@ProviderType
public interface TlsConnection extends AutoCloseable {
  /**
   * Advances a non-blocking connect or accept. ESP-TLS: {@code esp_tls_conn_new_async}, {@code
   * esp_tls_server_session_continue_async}.
   *
   * @return DONE when application data may flow, else what to wait for
   * @throws TlsException the reason why it failed; CONNECTION_TIMEOUT or SERVER_HANDSHAKE_TIMEOUT
   *     when the deadline passed
   */
  Progress advance() throws TlsException;

  /**
   * What to wait for before calling again, as bits of {@link java.nio.channels.SelectionKey}; 0
   * when nothing is awaited, and while the name is being looked up: there is no channel to wait for
   * yet, so call {@link #advance} again after some milliseconds.
   */
  int interestOps();

  /**
   * Milliseconds until the deadline of the connect or accept, at least 0; {@link Long#MAX_VALUE}
   * once it is complete.
   */
  long millisToDeadline();

  /**
   * Reads. ESP-TLS: {@code esp_tls_conn_read}.
   *
   * @return as {@link TlsHandle#read}; a blocking connection never gives WANT_READ or WANT_WRITE
   * @throws TlsException SSL_READ_FAILED, TCP_CLOSED_FIN (truncation), TIMEOUT (blocking, nothing
   *     came in time), INVALID_STATE when not connected
   */
  int read(ByteBuffer dst) throws TlsException;

  /**
   * Writes. ESP-TLS: {@code esp_tls_conn_write}.
   *
   * @return as {@link TlsHandle#write}; a blocking connection takes every byte
   * @throws TlsException SSL_WRITE_FAILED, TIMEOUT, INVALID_STATE when not connected
   */
  int write(ByteBuffer src) throws TlsException;

  /**
   * Offers encrypted bytes that the socket did not take yet once more.
   *
   * @throws TlsException SSL_WRITE_FAILED
   */
  Progress flush() throws TlsException;

  /** ESP-TLS: {@code esp_tls_get_bytes_avail}. */
  int bytesAvailable();

  /**
   * Sends close_notify and, once that has left, ends the own direction.
   *
   * @throws TlsException SSL_WRITE_FAILED
   */
  Progress shutdownOutput() throws TlsException;

  /**
   * The socket's channel. ESP-TLS: {@code esp_tls_get_conn_sockfd}. Do not read from it or write to
   * it.
   *
   * @return the channel; empty before one was opened
   */
  Optional<SocketChannel> channel();

  /** ESP-TLS: {@code esp_tls_get_conn_state}. */
  ConnectionState state();

  /** What the handshake agreed on; all empty over plain TCP. */
  SessionInfo session();

  /**
   * The last error of this connection; reading clears it. ESP-TLS: {@code
   * esp_tls_get_and_clear_last_error}.
   */
  Optional<TlsException> takeLastError();

  /**
   * The newest session that the server offered to resume; see {@link TlsHandle#clientSession}.
   * ESP-TLS: {@code esp_tls_get_client_session}.
   */
  Optional<ClientSession> clientSession();

  /** Whose work this connection is; empty over plain TCP and before the handshake began. */
  Optional<Provenance> provenance();

  /** ESP-TLS: {@code esp_tls_get_ssl_context}. */
  <T> Optional<T> unwrap(Class<T> type);

  /**
   * Sends close_notify, closes the socket and frees everything. ESP-TLS: {@code
   * esp_tls_conn_destroy}. Idempotent, safe from any thread, never throws and never waits.
   */
  @Override
  void close();
}
