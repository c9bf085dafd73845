package io.sallyport.benchmarks.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import org.conscrypt.AllocatedBuffer;
import org.conscrypt.BufferAllocator;
import org.conscrypt.Conscrypt;

/**
 * Conscrypt engines that take the direct buffers which they need for a moment from Netty's pool.
 */
final class ConscryptEngines {

  private ConscryptEngines() {}

  static SSLEngine create(SslContext context, ByteBufAllocator allocator) {
    SSLEngine engine = context.newEngine(allocator);
    Conscrypt.setBufferAllocator(engine, new Pool(allocator));
    return engine;
  }

  private static final class Pool extends BufferAllocator {

    private final ByteBufAllocator allocator;

    Pool(ByteBufAllocator allocator) {
      this.allocator = allocator;
    }

    @Override
    public AllocatedBuffer allocateDirectBuffer(int capacity) {
      return new Pooled(allocator.directBuffer(capacity));
    }
  }

  private static final class Pooled extends AllocatedBuffer {

    private final ByteBuf buffer;
    private final ByteBuffer view;

    Pooled(ByteBuf buffer) {
      this.buffer = buffer;
      this.view = buffer.nioBuffer(0, buffer.capacity());
    }

    @Override
    public ByteBuffer nioBuffer() {
      return view;
    }

    @Override
    @SuppressWarnings("deprecation") // abstract: has to be there
    public AllocatedBuffer retain() {
      buffer.retain();
      return this;
    }

    @Override
    public AllocatedBuffer release() {
      buffer.release();
      return this;
    }
  }
}
