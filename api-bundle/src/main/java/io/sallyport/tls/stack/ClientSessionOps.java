package io.sallyport.tls.stack;

import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Resumption of client sessions. Optional. Thread-safe. ESP-TLS: {@code get_client_session}, {@code
 * free_client_session}.
 */
@ProviderType
public interface ClientSessionOps {
  /**
   * The newest session of a client's handle.
   *
   * @param handle a handle of this stack whose handshake is done
   * @throws TlsException INVALID_STATE when the server has given none (in TLS 1.3 it arrives after
   *     the handshake)
   */
  ClientSession capture(TlsHandle handle) throws TlsException;

  /** A session of this stack, to be closed when it is no longer needed. */
  @ProviderType
  interface ClientSession extends AutoCloseable {
    /** Name of the stack that it belongs to. */
    String stack();

    /** Wipes it. Idempotent. */
    @Override
    void close();
  }
}
