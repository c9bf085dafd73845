package io.sallyport.tls.stack;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.Identity;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsException;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A TLS stack. Published as an OSGi service, it becomes a candidate; proved and selected, it
 * carries every new connection. Thread-safe. ESP-TLS: {@code esp_tls_stack_ops_t}.
 *
 * <table>
 * <caption>Where each member of the original table is</caption>
 * <tr><th>ESP-TLS</th><th>here</th></tr>
 * <tr><td>{@code version}</td><td>{@link #version}</td></tr>
 * <tr><td>{@code create_ssl_handle}</td><td>{@link #prepare}, then {@link
 * TlsStackContext#newHandle}</td></tr>
 * <tr><td>{@code handshake}, {@code read}, {@code write}, {@code get_bytes_avail}</td><td>the
 * methods of that name of {@link io.sallyport.tls.TlsHandle}</td></tr>
 * <tr><td>{@code conn_delete}, {@code server_session_delete}</td><td>{@link
 * io.sallyport.tls.TlsHandle#close}</td></tr>
 * <tr><td>{@code net_init}</td><td>{@link TlsStackContext#newHandle}, which is given its
 * transport</td></tr>
 * <tr><td>{@code get_ssl_context}</td><td>{@link io.sallyport.tls.TlsHandle#unwrap}</td></tr>
 * <tr><td>{@code init_}, {@code set_}, {@code get_}, {@code free_global_ca_store}</td><td>{@link
 * #caStore}</td></tr>
 * <tr><td>{@code get_ciphersuites_list}</td><td>{@link #cipherSuites}</td></tr>
 * <tr><td>{@code server_session_create}, {@code _init}, {@code _continue_async}</td><td>{@link
 * #prepare} with a server's configuration; there is one kind of handle for both roles</td></tr>
 * <tr><td>{@code get_client_session}, {@code free_client_session}</td><td>{@link
 * io.sallyport.tls.TlsHandle#clientSession}; {@link #clientSessions} takes them out of the
 * stack</td></tr>
 * <tr><td>{@code server_session_ticket_ctx_init}, {@code _free}</td><td>{@link #prepare} with
 * {@link io.sallyport.tls.ServerConfig#sessionTickets}; {@link #capabilities} say whether the stack
 * can</td></tr>
 * <tr><td>{@code crypto_sha1}, {@code crypto_base64_encode}</td><td>{@link #crypto}</td></tr>
 * </table>
 */
@ProviderType
public interface TlsStackOps {
  /**
   * The version of this table. javac copies the constant into each stack when <em>it</em> is
   * compiled, which is what makes the check mean something. ESP-TLS: {@code
   * ESP_TLS_STACK_OPS_VERSION}.
   */
  int OPS_VERSION = 1;

  /** Returns {@link #OPS_VERSION}, written out in the stack's own class. */
  int version();

  /**
   * A short name, unique among stacks: "jsse", "bouncycastle", "conscrypt", … 1 to 100 characters
   * of ASCII that can be printed.
   */
  String name();

  /** The version of the TLS library below, for people; such as "1.84". */
  String libraryVersion();

  /** What this stack can do, per protocol version and role. */
  Capabilities capabilities();

  /**
   * Turns a configuration into the stack's own objects. Expensive; called once per configuration,
   * before the stack becomes active, possibly by several threads for different configurations.
   *
   * @param config a {@link io.sallyport.tls.ClientConfig} or {@link io.sallyport.tls.ServerConfig};
   *     the global CA store is what {@link #caStore} holds at this moment
   * @return what makes handles; closed by the caller after the last one is
   * @throws TlsException NOT_SUPPORTED naming stack and feature when the stack cannot do what the
   *     configuration asks; SSL_SETUP_FAILED and the like when its library refuses
   */
  TlsStackContext prepare(TlsConfig config) throws TlsException;

  /** The stack's view of the platform-wide CA store. */
  CaStoreOps caStore();

  /** The suites that can be configured, in the stack's own order; not empty. */
  List<CipherSuite> cipherSuites();

  /**
   * The identity that every connection of this stack shows instead of the one that is configured:
   * that of a hardware key provider's stack. Empty for the plain stacks. It may wait for the
   * device.
   *
   * @throws TlsException SE_FAILED when the device does not answer
   */
  default Optional<Identity> identity() throws TlsException {
    return Optional.empty();
  }

  /** Client sessions as bytes, where the stack gives them out. */
  default Optional<ClientSessionOps> clientSessions() {
    return Optional.empty();
  }

  /** The two cryptographic helpers, where the stack has them. */
  default Optional<CryptoOps> crypto() {
    return Optional.empty();
  }
}
