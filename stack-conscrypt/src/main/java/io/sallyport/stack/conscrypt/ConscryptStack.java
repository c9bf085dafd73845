package io.sallyport.stack.conscrypt;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.engine.EngineLibrary;
import io.sallyport.tls.engine.EngineStack;
import io.sallyport.tls.stack.TlsStackOps;

/** The TLS stack of Conscrypt, which is BoringSSL. */
public final class ConscryptStack extends EngineStack implements TlsStackOps {
  /**
   * Makes the stack and with it loads the native library.
   *
   * @throws TlsException SSL_SETUP_FAILED when the library cannot be loaded on this machine
   */
  public ConscryptStack() throws TlsException {
    super(library());
  }

  @Override
  public int version() {
    return TlsStackOps.OPS_VERSION;
  }

  private static EngineLibrary library() throws TlsException {
    try {
      return new ConscryptLibrary();
    } catch (LinkageError e) {
      throw new TlsException(
          TlsErrorCode.SSL_SETUP_FAILED,
          "Stack conscrypt is not available, because its native library cannot be loaded: "
              + e.getMessage()
              + "; give it a writable and executable folder by the system property"
              + " org.conscrypt.native.workdir.",
          e);
    }
  }
}
