package io.sallyport.tls.stack;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.TlsException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Client sessions that leave the stack. Optional. Thread-safe. Capturing is {@link
 * io.sallyport.tls.TlsHandle#clientSession}, resuming {@link TlsStackContext#newHandle}.
 */
@ProviderType
public interface ClientSessionOps {
  /**
   * Gives a session in the form in which it can be written.
   *
   * @param session a session of this stack
   * @throws TlsException NOT_SUPPORTED when this one cannot leave the stack; INVALID_STATE when it
   *     is closed or was dropped meanwhile
   */
  PortableSession export(ClientSession session) throws TlsException;
}
