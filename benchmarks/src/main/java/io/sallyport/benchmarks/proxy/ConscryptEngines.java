package io.sallyport.benchmarks.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.conscrypt.AllocatedBuffer;
import org.conscrypt.BufferAllocator;
import org.conscrypt.Conscrypt;

/**
 * Makes Conscrypt's server engines past {@code JdkSslContext.newEngine}: that one sets {@code
 * SSLParameters} on every engine, for which Conscrypt looks up methods that JDK 17 does not have, a
 * twentieth of the whole handshake.
 */
final class ConscryptEngines {

  private static final String[] PROTOCOLS = {"TLSv1.3"};

  private final SSLContext context;
  private final BufferAllocator buffers;

  ConscryptEngines(SSLContext context, ByteBufAllocator allocator) {
    this.context = context;
    this.buffers = new Pool(allocator);
  }

  SSLEngine create() {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setEnabledProtocols(PROTOCOLS);
    Conscrypt.setBufferAllocator(engine, buffers);
    return engine;
  }

  /** The direct buffers that an engine needs for a moment, from Netty's pool. */
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
