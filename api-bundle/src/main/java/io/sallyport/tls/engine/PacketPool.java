package io.sallyport.tls.engine;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Buffers that are lent while bytes are in flight. Thread-safe without a lock: a thread looks for a
 * buffer from a place of its own on, so that threads seldom meet. Keeps a bounded number and leaves
 * the rest to the collector.
 */
public final class PacketPool {
  /** Room for two records of the greatest size, so that one read can bring more than one. */
  public static final int PACKET = 2 * Records.MAX_RECORD;

  private static final int KEPT = 64;

  private final BufferKind kind;
  private final AtomicReferenceArray<ByteBuffer> kept = new AtomicReferenceArray<>(KEPT);

  /** A pool of one kind of buffers, empty at first. */
  public PacketPool(BufferKind kind) {
    this.kind = kind;
  }

  /** Lends a cleared buffer of {@link #PACKET} bytes. */
  public ByteBuffer borrow() {
    int place = place();
    for (int i = 0; i < KEPT; i++) {
      int slot = (place + i) & (KEPT - 1);
      if (kept.getPlain(slot) != null) {
        ByteBuffer buffer = kept.getAndSet(slot, null);
        if (buffer != null) {
          buffer.clear();
          return buffer;
        }
      }
    }
    return kind == BufferKind.HEAP
        ? ByteBuffer.allocate(PACKET)
        : ByteBuffer.allocateDirect(PACKET);
  }

  /** Takes a buffer back; the caller forgets it. */
  public void giveBack(ByteBuffer buffer) {
    if (buffer.capacity() != PACKET) {
      return;
    }
    int place = place();
    for (int i = 0; i < KEPT; i++) {
      int slot = (place + i) & (KEPT - 1);
      if (kept.getPlain(slot) == null && kept.compareAndSet(slot, null, buffer)) {
        return;
      }
    }
  }

  /** Forgets every buffer that is not lent. */
  void clear() {
    for (int i = 0; i < KEPT; i++) {
      kept.set(i, null);
    }
  }

  private static int place() {
    return ((int) Thread.currentThread().getId() * 7) & (KEPT - 1);
  }
}
