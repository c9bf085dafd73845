package io.sallyport.tls.engine;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/** No copies. */
final class DirectCalls implements EngineCalls {
  @Override
  public SSLEngineResult unwrap(SSLEngine engine, ByteBuffer in, ByteBuffer plain)
      throws SSLException {
    return engine.unwrap(in, plain);
  }

  @Override
  public SSLEngineResult wrap(SSLEngine engine, ByteBuffer plain, ByteBuffer out)
      throws SSLException {
    return engine.wrap(plain, out);
  }
}
