package io.sallyport.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connections that carry as much as they can in one direction. {@link #done()} counts the bytes
 * that have arrived here; what is sent to the backend is counted there.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, and that is seen
final class BulkLoad implements Load {

  private static final long CLOSE_DEADLINE_SECONDS = 5;

  private final Tally tally = new Tally();
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final byte mode;
  private volatile boolean stopping;

  /**
   * @param mode {@link Backend#SOURCE}: the proxy encrypts; {@link Backend#SINK}: it decrypts
   */
  BulkLoad(TlsClient client, int port, int connections, byte mode) {
    this.mode = mode;
    for (int i = 0; i < connections; i++) {
      Channel channel =
          client
              .connect(port, Stream::new)
              .addListener(
                  connected -> {
                    if (!connected.isSuccess()) {
                      tally.fail("connect: " + connected.cause());
                    }
                  })
              .channel();
      channels.add(channel);
    }
  }

  @Override
  public long done() {
    return tally.done();
  }

  @Override
  public long failed() {
    return tally.failed();
  }

  @Override
  public String lastFailure() {
    return tally.lastFailure();
  }

  @Override
  public void stop() throws InterruptedException {
    stopping = true;
    channels.close().await(CLOSE_DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private final class Stream extends ChannelInboundHandlerAdapter {

    private @Nullable Flood flood;
    private String failure = "closed by the server";

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake) {
        if (!handshake.isSuccess()) {
          failure = "handshake: " + handshake.cause();
          ctx.close();
          return;
        }
        ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {mode}), ctx.voidPromise());
        if (mode == Backend.SINK) {
          flood = new Flood(ctx);
          flood.resume();
        }
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      if (flood != null) {
        flood.resume();
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      tally.add(bytes.readableBytes());
      bytes.release();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (!stopping) {
        tally.fail(failure);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      failure = cause.toString();
      ctx.close();
    }
  }
}
