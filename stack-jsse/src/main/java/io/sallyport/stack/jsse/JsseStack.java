package io.sallyport.stack.jsse;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.engine.EngineLibrary;
import io.sallyport.tls.engine.EngineStack;
import io.sallyport.tls.stack.TlsStackOps;
import java.security.GeneralSecurityException;

/** The TLS stack of the Java platform. */
public final class JsseStack extends EngineStack implements TlsStackOps {
  /**
   * Makes the stack.
   *
   * @throws TlsException SSL_SETUP_FAILED when the platform has no SunJSSE
   */
  public JsseStack() throws TlsException {
    super(library());
  }

  @Override
  public int version() {
    return TlsStackOps.OPS_VERSION;
  }

  private static EngineLibrary library() throws TlsException {
    try {
      return new JsseLibrary();
    } catch (GeneralSecurityException e) {
      throw new TlsException(
          TlsErrorCode.SSL_SETUP_FAILED, "Stack jsse is not available: " + e.getMessage() + ".", e);
    }
  }
}
