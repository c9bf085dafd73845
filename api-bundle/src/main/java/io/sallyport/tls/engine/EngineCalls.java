package io.sallyport.tls.engine;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/** How an engine is called: on the buffers as they are, or on copies of the kind that it needs. */
interface EngineCalls {
  static EngineCalls of(BufferKind kind, PacketPool pool) {
    return kind == BufferKind.HEAP ? new HeapCalls(pool) : new DirectCalls();
  }

  /** As {@link SSLEngine#unwrap(ByteBuffer, ByteBuffer)}; {@code in} is one record. */
  SSLEngineResult unwrap(SSLEngine engine, ByteBuffer in, ByteBuffer plain) throws SSLException;

  /** As {@link SSLEngine#wrap(ByteBuffer, ByteBuffer)}. */
  SSLEngineResult wrap(SSLEngine engine, ByteBuffer plain, ByteBuffer out) throws SSLException;
}
