package io.sallyport.benchmarks.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;

/**
 * Netty's pool without heap buffers. {@code SslHandler} knows Conscrypt only up to JDK 14; on newer
 * ones it asks for heap buffers to encrypt into, and each of them would be copied twice: by
 * Conscrypt, and by the socket.
 */
final class DirectBuffers extends PooledByteBufAllocator {

  DirectBuffers() {
    super(true);
  }

  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    return newDirectBuffer(initialCapacity, maxCapacity);
  }
}
