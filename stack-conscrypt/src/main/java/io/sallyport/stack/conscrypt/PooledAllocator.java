package io.sallyport.stack.conscrypt;

import io.sallyport.tls.engine.PacketPool;
import java.nio.ByteBuffer;
import org.conscrypt.AllocatedBuffer;
import org.conscrypt.BufferAllocator;

/**
 * Lends the direct buffers by which Conscrypt copies heap buffers. Without one, each engine keeps a
 * buffer of 16 KiB of its own for good.
 */
final class PooledAllocator extends BufferAllocator {
  private final PacketPool pool;

  PooledAllocator(PacketPool pool) {
    this.pool = pool;
  }

  @Override
  public AllocatedBuffer allocateDirectBuffer(int capacity) {
    return new Lent(
        capacity <= PacketPool.PACKET ? pool.borrow() : ByteBuffer.allocateDirect(capacity));
  }

  private final class Lent extends AllocatedBuffer {
    private final ByteBuffer buffer;

    Lent(ByteBuffer buffer) {
      this.buffer = buffer;
    }

    @Override
    public ByteBuffer nioBuffer() {
      return buffer;
    }

    @Override
    public AllocatedBuffer release() {
      pool.giveBack(buffer);
      return this;
    }
  }
}
