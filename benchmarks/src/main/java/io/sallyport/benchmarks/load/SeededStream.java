package io.sallyport.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;

/**
 * The bytes of one connection: a walk over a block of random bytes that begins elsewhere for each
 * connection, so that a byte which is lost, doubled, exchanged, or another connection's does not
 * pass. Costs next to nothing: nothing is generated and nothing is copied. Confined to one thread.
 */
final class SeededStream {
  /** The longest piece that {@link #next} gives. */
  static final int LONGEST = 64 * 1024;

  private static final int SEED = 64;

  /** Prime, so that no size of messages repeats within it. */
  private static final int PERIOD = 1_048_573;

  private static final int STRIDE = 7_919;
  private static final ByteBuf BLOCK = block();

  private final long start;
  private long given;
  private long checked;

  /** The stream of the connection of this number. */
  SeededStream(long number) {
    this.start = number * STRIDE;
  }

  private static ByteBuf block() {
    byte[] random = new byte[PERIOD];
    new Random(SEED).nextBytes(random);
    ByteBuf block = Unpooled.directBuffer(PERIOD + LONGEST);
    block.writeBytes(random).writeBytes(random, 0, LONGEST);
    return Unpooled.unreleasableBuffer(block).asReadOnly();
  }

  private int offset(long position) {
    return (int) ((start + position) % PERIOD);
  }

  /** The next bytes to send; at most {@link #LONGEST}. */
  ByteBuf next(int length) {
    ByteBuf piece = BLOCK.slice(offset(given), length);
    given += length;
    return piece;
  }

  /** Whether these are the bytes that must come next; the buffer's indices stay as they are. */
  boolean continuesWith(ByteBuf received) {
    int from = received.readerIndex();
    int end = received.writerIndex();
    while (from < end) {
      int length = Math.min(LONGEST, end - from);
      if (!ByteBufUtil.equals(BLOCK, offset(checked), received, from, length)) {
        return false;
      }
      checked += length;
      from += length;
    }
    return true;
  }
}
