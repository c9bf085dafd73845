package io.sallyport.tls.engine;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * Lets an engine go for good. Some hold memory and descriptors outside the heap until they are
 * closed in both directions and nothing is left to be sent.
 */
final class EngineRelease {
  private static final int MAX_WRAPS = 16;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private EngineRelease() {}

  static void release(SSLEngine engine, EngineContext context) {
    try {
      engine.closeOutbound();
      if (!engine.isOutboundDone()) {
        drain(engine, context);
      }
    } catch (SSLException | RuntimeException e) {
      // An engine that failed may say so again; it is let go anyhow.
    } finally {
      context.library().release(engine);
    }
  }

  private static void drain(SSLEngine engine, EngineContext context) throws SSLException {
    ByteBuffer scratch = context.pool().borrow();
    try {
      int produced = 1;
      for (int i = 0; i < MAX_WRAPS && produced > 0 && !engine.isOutboundDone(); i++) {
        produced = context.calls().wrap(engine, NOTHING, scratch.clear()).bytesProduced();
      }
    } finally {
      context.pool().giveBack(scratch);
    }
  }
}
