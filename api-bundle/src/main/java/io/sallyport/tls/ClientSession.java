package io.sallyport.tls;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A session that a server agreed to resume: its newest ticket, or a session id. ESP-TLS: {@code
 * esp_tls_client_session_t}. Thread-safe.
 *
 * <p>It resumes only under the configuration that it was made with, to the same host and under the
 * same name, on the same stack. Anywhere else it is passed over, and the handshake is a full one;
 * so is one that the server refuses to resume. {@link SessionInfo#resumed} tells what happened.
 */
@ProviderType
public interface ClientSession extends AutoCloseable {
  /** Name of the stack that it belongs to. */
  String stack();

  /** TLS_1_2 or TLS_1_3. */
  TlsVersion version();

  /** Forgets it. Idempotent. ESP-TLS: {@code esp_tls_free_client_session}. */
  @Override
  void close();
}
