package io.sallyport.core.registry;

import io.sallyport.tls.Transport;
import java.nio.ByteBuffer;

/** Two transports in memory, each the other's peer. Not thread-safe. */
final class MemoryPipe {
  private static final int CAPACITY = 64 * 1024;

  private final ByteBuffer toRight = ByteBuffer.allocate(CAPACITY);
  private final ByteBuffer toLeft = ByteBuffer.allocate(CAPACITY);

  Transport left() {
    return new End(toLeft, toRight);
  }

  Transport right() {
    return new End(toRight, toLeft);
  }

  /** Whether these bytes are under way just so, in either direction. */
  boolean carries(byte[] text) {
    return holds(toRight, text) || holds(toLeft, text);
  }

  private static boolean holds(ByteBuffer buffer, byte[] text) {
    for (int start = 0; start + text.length <= buffer.position(); start++) {
      int same = 0;
      while (same < text.length && buffer.get(start + same) == text[same]) {
        same++;
      }
      if (same == text.length) {
        return true;
      }
    }
    return false;
  }

  /** Both buffers stand ready to be written to between calls. */
  private record End(ByteBuffer in, ByteBuffer out) implements Transport {
    @Override
    public int read(ByteBuffer dst) {
      in.flip();
      int count = move(in, dst);
      in.compact();
      return count;
    }

    @Override
    public int write(ByteBuffer src) {
      return move(src, out);
    }

    private static int move(ByteBuffer from, ByteBuffer to) {
      int count = Math.min(from.remaining(), to.remaining());
      int limit = from.limit();
      from.limit(from.position() + count);
      to.put(from);
      from.limit(limit);
      return count;
    }
  }
}
