package io.sallyport.testkit.transport;

import io.sallyport.tls.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One end of a connection in memory, for tests of handles. Moves at most a given number of bytes a
 * call, holds at most a given number on their way, and can be cut. Not thread-safe: both ends
 * belong to one thread.
 */
public final class MemoryTransport implements Transport {
  private static final int UNBOUNDED = Integer.MAX_VALUE;

  private final Deque<Byte> arrived;
  private final Deque<Byte> leaving;
  private final int chunk;
  private final int capacity;
  private MemoryTransport peer = this;
  private boolean ended;

  private MemoryTransport(Deque<Byte> arrived, Deque<Byte> leaving, int chunk, int capacity) {
    this.arrived = arrived;
    this.leaving = leaving;
    this.chunk = chunk;
    this.capacity = capacity;
  }

  /**
   * Both ends of a connection.
   *
   * @param left one end
   * @param right the other
   */
  public record Pair(MemoryTransport left, MemoryTransport right) {}

  /** A connection without limits. */
  public static Pair pair() {
    return pair(UNBOUNDED, UNBOUNDED);
  }

  /**
   * A slow connection.
   *
   * @param chunk the most bytes that one call moves
   * @param capacity the most bytes on their way in each direction
   */
  public static Pair pair(int chunk, int capacity) {
    Deque<Byte> toRight = new ArrayDeque<>();
    Deque<Byte> toLeft = new ArrayDeque<>();
    MemoryTransport left = new MemoryTransport(toLeft, toRight, chunk, capacity);
    MemoryTransport right = new MemoryTransport(toRight, toLeft, chunk, capacity);
    left.peer = right;
    right.peer = left;
    return new Pair(left, right);
  }

  /** Ends the stream towards the peer, as TCP's FIN does. */
  public void end() {
    peer.ended = true;
  }

  /** How many bytes have arrived and were not read. */
  public int waiting() {
    return arrived.size();
  }

  @Override
  public int read(ByteBuffer dst) {
    int count = Math.min(chunk, Math.min(dst.remaining(), arrived.size()));
    for (int i = 0; i < count; i++) {
      dst.put(arrived.remove());
    }
    return count == 0 && ended && arrived.isEmpty() ? -1 : count;
  }

  @Override
  public int write(ByteBuffer src) {
    int count = Math.min(chunk, Math.min(src.remaining(), capacity - leaving.size()));
    for (int i = 0; i < count; i++) {
      leaving.add(src.get());
    }
    return count;
  }
}
