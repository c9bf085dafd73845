package io.sallyport.tls;

import java.net.URI;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The service that applications use. Which TLS stack carries a connection is decided when the
 * connection is made. Thread-safe.
 */
@ProviderType
public interface Tls {
  /**
   * Connects and waits. ESP-TLS: {@code esp_tls_conn_new_sync}.
   *
   * @param host host name or address literal
   * @param port 1 to 65535
   * @return an open connection
   * @throws TlsException the reason: CANNOT_RESOLVE_HOSTNAME, FAILED_CONNECT_TO_HOST,
   *     CONNECTION_TIMEOUT, SSL_HANDSHAKE_FAILED, …; INVALID_STATE when no stack is active
   */
  TlsConnection connect(String host, int port, ClientConfig config) throws TlsException;

  /**
   * As the other {@code connect}, and resumes a session where it fits and the server agrees; {@link
   * SessionInfo#resumed} tells. Else the handshake is a full one. ESP-TLS: {@code client_session}.
   *
   * @param session from {@link TlsConnection#clientSession}, a {@link ClientSessionListener} or
   *     {@link ClientSessions#unseal}; still the caller's
   */
  TlsConnection connect(String host, int port, ClientConfig config, ClientSession session)
      throws TlsException;

  /**
   * Connects to the host and port of an {@code https} URI (default port 443) and waits. With a
   * {@linkplain ClientConfig#plainTcp() plain} configuration the scheme is {@code http} and the
   * default port 80. ESP-TLS: {@code esp_tls_conn_http_new_sync}.
   *
   * @throws TlsException INVALID_ARG for another scheme, no host or a bad port; else as {@link
   *     #connect(String, int, ClientConfig)}
   */
  TlsConnection connect(URI uri, ClientConfig config) throws TlsException;

  /**
   * Begins a non-blocking connect; {@link TlsConnection#advance} goes on with it. ESP-TLS: {@code
   * esp_tls_conn_new_async}.
   *
   * @throws TlsException INVALID_ARG; INVALID_STATE when no stack is active
   */
  TlsConnection open(String host, int port, ClientConfig config) throws TlsException;

  /** As the other {@code open}, and resumes a session where it fits. */
  TlsConnection open(String host, int port, ClientConfig config, ClientSession session)
      throws TlsException;

  /** As the other {@code open}, with a URI. ESP-TLS: {@code esp_tls_conn_http_new_async}. */
  TlsConnection open(URI uri, ClientConfig config) throws TlsException;

  /**
   * Connects on a thread of the platform.
   *
   * @return completes with an open blocking connection, or exceptionally with a {@link
   *     TlsException}
   */
  CompletionStage<TlsConnection> connectAsync(String host, int port, ClientConfig config);

  /**
   * Makes a client connection over a channel that is connected already; {@link
   * TlsConnection#advance} performs the handshake. The connection is non-blocking if the channel
   * is. ESP-TLS: {@code esp_tls_set_conn_sockfd}.
   *
   * @param host name to verify
   * @throws TlsException INVALID_ARG when the channel is not connected
   */
  TlsConnection adopt(SocketChannel connected, String host, ClientConfig config)
      throws TlsException;

  /**
   * Performs a server's handshake and waits. ESP-TLS: {@code esp_tls_server_session_create}. On
   * failure the channel is closed.
   *
   * @throws TlsException SSL_HANDSHAKE_FAILED, SERVER_HANDSHAKE_TIMEOUT, …
   */
  TlsConnection accept(SocketChannel connected, ServerConfig config) throws TlsException;

  /**
   * Begins a server's handshake without waiting; {@link TlsConnection#advance} goes on with it.
   * ESP-TLS: {@code esp_tls_server_session_init}.
   *
   * @throws TlsException INVALID_ARG when the channel is not connected
   */
  TlsConnection openServer(SocketChannel connected, ServerConfig config) throws TlsException;

  /**
   * Puts a configuration into use for an event loop of one's own.
   *
   * @param name who uses it, for people: such as "route web"; it stands in reports of what an
   *     exchange of stacks would lose
   * @throws TlsException what the active stack has against the configuration
   */
  TlsEndpoint endpoint(String name, TlsConfig config) throws TlsException;

  /** Reads certificates and keys. */
  Credentials credentials();

  /** Writes client sessions to bytes, and reads them. */
  ClientSessions clientSessions();

  /** The platform-wide store of certificate authorities. */
  CaStore caStore();

  /**
   * The suites that the active stack supports; empty when none is active. ESP-TLS: {@code
   * esp_tls_get_ciphersuites_list}.
   */
  List<CipherSuite> cipherSuites();
}
