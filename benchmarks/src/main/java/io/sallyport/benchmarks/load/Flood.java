package io.sallyport.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;

/**
 * Keeps the outbound buffer of one channel full, without queueing more than that. Confined to the
 * channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, and that is seen
final class Flood {

  private static final int CHUNK_BYTES = 64 * 1024;

  /** One buffer for all writes: the sender must cost as little as possible. */
  private static final ByteBuf CHUNK =
      Unpooled.unreleasableBuffer(Unpooled.directBuffer(CHUNK_BYTES).writeZero(CHUNK_BYTES))
          .asReadOnly();

  /** How much one turn may write before the event loop looks at its other connections. */
  private static final int CHUNKS_PER_TURN = 8;

  private final ChannelHandlerContext ctx;
  private boolean running;

  Flood(ChannelHandlerContext ctx) {
    this.ctx = ctx;
  }

  /** To be called once at the start and each time that the channel's writability changes. */
  void resume() {
    if (!running && ctx.channel().isWritable()) {
      running = true;
      turn();
    }
  }

  private void turn() {
    for (int chunk = 0; chunk < CHUNKS_PER_TURN && ctx.channel().isWritable(); chunk++) {
      ctx.write(CHUNK.duplicate(), ctx.voidPromise());
    }
    ctx.flush();
    if (ctx.channel().isWritable() && ctx.channel().isActive()) {
      ctx.executor().execute(this::turn);
    } else {
      running = false;
    }
  }
}
