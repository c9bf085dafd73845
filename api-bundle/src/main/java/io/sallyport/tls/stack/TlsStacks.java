package io.sallyport.tls.stack;

import io.sallyport.tls.TlsException;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The service that registers and exchanges stacks. Thread-safe: every call is atomic, from any
 * thread; no lock is held while a stack is called.
 */
@ProviderType
public interface TlsStacks {
  /**
   * Registers a stack and makes it the active one. Checked in this order: the platform is
   * configured for default stacks only (NOT_SUPPORTED), null (INVALID_ARG), another table version
   * (INVALID_VERSION), an operation that is missing, that is one which returns null or is not there
   * (INVALID_ARG), a stack is active already (INVALID_STATE). ESP-TLS: {@code
   * esp_tls_register_stack}.
   *
   * @param ops the stack; null is answered with INVALID_ARG
   * @throws TlsException with the codes above; SSL_SETUP_FAILED when its proof fails, and the stack
   *     is not registered then
   */
  void register(TlsStackOps ops) throws TlsException;

  /**
   * Retires the active stack. No other one takes its place until {@link #register}, {@link #swap}
   * or a change of configuration. Connections that are open keep their stack until they end.
   * ESP-TLS: {@code esp_tls_unregister_stack}.
   *
   * @throws TlsException NOT_SUPPORTED when the platform is configured for default stacks only,
   *     INVALID_STATE when none is active
   */
  void unregister() throws TlsException;

  /** The active stack. ESP-TLS: {@code esp_tls_get_registered_stack}. */
  Optional<TlsStackOps> registered();

  /**
   * Proves another candidate, in the calling thread, and makes it the active one. The old one
   * drains. If the proof fails nothing changes and the reason is kept.
   *
   * @param target a name, or an LDAP filter over service properties; the best-ranked match is taken
   * @throws TlsException INVALID_ARG when no candidate matches (the message lists those there are),
   *     INVALID_STATE when another exchange does not end in time, or the reason why the proof
   *     failed
   */
  SwapResult swap(String target) throws TlsException;

  /** Every candidate, and retired stacks that still drain, best rank first. */
  List<StackDTO> candidates();

  /**
   * Open connections, oldest first.
   *
   * @param limit the most to return
   */
  List<ConnectionDTO> connections(int limit);
}
