package io.sallyport.stack.bouncycastle;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.engine.EngineLibrary;
import io.sallyport.tls.engine.EngineStack;
import io.sallyport.tls.stack.TlsStackOps;
import java.security.GeneralSecurityException;

/** The TLS stack of Bouncy Castle. */
public final class BouncyCastleStack extends EngineStack implements TlsStackOps {
  /**
   * Makes the stack.
   *
   * @throws TlsException SSL_SETUP_FAILED when the library cannot be used here
   */
  public BouncyCastleStack() throws TlsException {
    super(library());
  }

  @Override
  public int version() {
    return TlsStackOps.OPS_VERSION;
  }

  private static EngineLibrary library() throws TlsException {
    try {
      return new BouncyCastleLibrary();
    } catch (GeneralSecurityException e) {
      throw new TlsException(
          TlsErrorCode.SSL_SETUP_FAILED,
          "Stack bouncycastle is not available: " + e.getMessage() + ".",
          e);
    }
  }
}
