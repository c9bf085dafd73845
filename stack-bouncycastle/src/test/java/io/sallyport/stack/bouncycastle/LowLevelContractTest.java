package io.sallyport.stack.bouncycastle;

import io.sallyport.testkit.contract.StackContractTest;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.engine.EngineStack;
import io.sallyport.tls.stack.TlsStackOps;
import java.security.GeneralSecurityException;

/** The own engine, on Bouncy Castle's TLS API, for everything that its JSSE does elsewhere. */
class LowLevelContractTest extends StackContractTest {
  @Override
  protected TlsStackOps stack() throws TlsException {
    try {
      return new LowLevelStack(new BouncyCastleLibrary(config -> true));
    } catch (GeneralSecurityException e) {
      throw new TlsException(TlsErrorCode.SSL_SETUP_FAILED, "The library does not load.", e);
    }
  }

  private static final class LowLevelStack extends EngineStack {
    LowLevelStack(BouncyCastleLibrary library) throws TlsException {
      super(library);
    }

    @Override
    public int version() {
      return OPS_VERSION;
    }
  }
}
