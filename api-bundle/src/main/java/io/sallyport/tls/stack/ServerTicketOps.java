package io.sallyport.tls.stack;

import io.sallyport.tls.TlsException;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Session tickets of a server's context. Optional. Thread-safe. ESP-TLS: {@code
 * esp_tls_cfg_server_session_tickets_init}, {@code _free}.
 */
@ProviderType
public interface ServerTicketOps {
  /**
   * Issues tickets.
   *
   * @param context a server's context of this stack
   * @param lifetime how long a ticket may be used, in whole seconds; ESP-TLS's default is 24 h
   * @throws TlsException SSL_TICKET_SETUP_FAILED
   */
  void enable(TlsStackContext context, Duration lifetime) throws TlsException;

  /** Issues and accepts no tickets. */
  void disable(TlsStackContext context);
}
