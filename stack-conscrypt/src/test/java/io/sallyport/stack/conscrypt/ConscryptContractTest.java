package io.sallyport.stack.conscrypt;

import io.sallyport.testkit.contract.StackContractTest;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.TlsStackOps;

class ConscryptContractTest extends StackContractTest {
  @Override
  protected TlsStackOps stack() throws TlsException {
    return new ConscryptStack();
  }
}
