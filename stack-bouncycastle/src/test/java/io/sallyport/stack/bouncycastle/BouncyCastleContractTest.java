package io.sallyport.stack.bouncycastle;

import io.sallyport.testkit.contract.StackContractTest;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.TlsStackOps;

class BouncyCastleContractTest extends StackContractTest {
  @Override
  protected TlsStackOps stack() throws TlsException {
    return new BouncyCastleStack();
  }
}
