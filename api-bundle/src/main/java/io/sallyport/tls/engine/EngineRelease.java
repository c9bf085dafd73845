package io.sallyport.tls.engine;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * Lets an engine go for good. Some hold memory and descriptors outside the heap until they are
 * closed in both directions and nothing is left to be sent.
 */
final class EngineRelease {
  private static final int MAX_WRAPS = 16;

  private EngineRelease() {}

  static void release(SSLEngine engine, EngineContext context) {
    ByteBuffer scratch = context.pool().borrow();
    try {
      engine.closeOutbound();
      for (int i = 0; i < MAX_WRAPS && !engine.isOutboundDone(); i++) {
        SSLEngineResult result =
            context.calls().wrap(engine, ByteBuffer.allocate(0), scratch.clear());
        if (result.bytesProduced() == 0) {
          break;
        }
      }
    } catch (SSLException | RuntimeException e) {
      // An engine that failed may say so again; it is let go anyhow.
    } finally {
      context.pool().giveBack(scratch);
      context.library().release(engine);
    }
  }
}
