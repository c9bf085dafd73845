package io.sallyport.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Connections that are opened, some at a time, carry one byte to the backend and back, and then
 * stay open and silent. {@link #done()} counts those that have come so far.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, and that is seen
final class IdleLoad implements Load {

  private static final int AT_A_TIME = 32;
  private static final long CLOSE_DEADLINE_SECONDS = 20;

  private final TlsClient client;
  private final int port;
  private final Tally tally = new Tally();
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final AtomicInteger toOpen;
  private volatile boolean stopping;

  IdleLoad(TlsClient client, int port, int connections) {
    this.client = client;
    this.port = port;
    this.toOpen = new AtomicInteger(connections);
    for (int i = 0; i < Math.min(AT_A_TIME, connections); i++) {
      next();
    }
  }

  private void next() {
    if (stopping || toOpen.getAndDecrement() <= 0) {
      return;
    }
    channels.add(
        client
            .connect(port, Connection::new)
            .addListener(
                connected -> {
                  if (!connected.isSuccess()) {
                    tally.fail("connect: " + connected.cause());
                    next();
                  }
                })
            .channel());
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

  private final class Connection extends ChannelInboundHandlerAdapter {

    private boolean echoed;
    private String failure = "closed by the server";

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake) {
        if (handshake.isSuccess()) {
          ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {Backend.ECHO}), ctx.voidPromise());
        } else {
          failure = "handshake: " + handshake.cause();
          ctx.close();
        }
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ((ByteBuf) message).release();
      if (!echoed) {
        echoed = true;
        tally.add(1);
        next();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (!stopping) {
        tally.fail(failure);
        if (!echoed) {
          next();
        }
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      failure = cause.toString();
      ctx.close();
    }
  }
}
