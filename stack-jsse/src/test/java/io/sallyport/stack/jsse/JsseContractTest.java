package io.sallyport.stack.jsse;

import io.sallyport.testkit.contract.StackContractTest;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.TlsStackOps;

class JsseContractTest extends StackContractTest {
  @Override
  protected TlsStackOps stack() throws TlsException {
    return new JsseStack();
  }
}
