package io.sallyport.tls.engine;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.PortableSession;

/** A session that its stack may be able to give in a form that can be written. */
public interface ExportableSession extends ClientSession {
  /**
   * Gives it.
   *
   * @throws TlsException NOT_SUPPORTED when this one cannot leave the stack; INVALID_STATE when it
   *     is closed or was dropped meanwhile
   */
  PortableSession export() throws TlsException;
}
