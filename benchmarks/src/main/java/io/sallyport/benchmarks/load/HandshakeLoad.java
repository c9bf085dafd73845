package io.sallyport.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A number of clients that each do the same over and over: connect, full handshake, one byte to the
 * backend and back, close_notify, wait for the server to close. {@link #done()} counts the
 * connections that went through all of it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, and that is seen
final class HandshakeLoad implements Load {

  private static final long CLOSE_DEADLINE_SECONDS = 5;
  private static final long RETRY_MILLIS = 20;

  private final TlsClient client;
  private final int port;
  private final Tally tally = new Tally();
  private final AtomicInteger open = new AtomicInteger();
  private volatile boolean stopping;

  HandshakeLoad(TlsClient client, int port, int clients) {
    this.client = client;
    this.port = port;
    for (int i = 0; i < clients; i++) {
      open.incrementAndGet();
      next();
    }
  }

  private void next() {
    if (stopping) {
      open.decrementAndGet();
      return;
    }
    ChannelFuture connecting = client.connect(port, Exchange::new);
    connecting.addListener(
        connected -> {
          if (!connected.isSuccess()) {
            tally.fail("connect: " + connected.cause());
            // The server may be overloaded or gone: do not spin.
            connecting
                .channel()
                .eventLoop()
                .schedule(this::next, RETRY_MILLIS, TimeUnit.MILLISECONDS);
          }
        });
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
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2 * CLOSE_DEADLINE_SECONDS);
    while (open.get() > 0 && System.nanoTime() < deadline) {
      Thread.sleep(1);
    }
  }

  private final class Exchange extends ChannelInboundHandlerAdapter {

    private boolean echoed;
    private String failure = "closed by the server before the echo";

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
      ByteBuf bytes = (ByteBuf) message;
      echoed = bytes.readableBytes() == 1 && bytes.getByte(bytes.readerIndex()) == Backend.ECHO;
      bytes.release();
      failure = "echo wrong";
      if (echoed) {
        failure =
            "not closed by the server within " + CLOSE_DEADLINE_SECONDS + " s of close_notify";
        ctx.pipeline().get(SslHandler.class).closeOutbound();
        ctx.executor()
            .schedule(
                () -> {
                  if (ctx.channel().isActive()) {
                    echoed = false;
                    ctx.close();
                  }
                },
                CLOSE_DEADLINE_SECONDS,
                TimeUnit.SECONDS);
      } else {
        ctx.close();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (echoed) {
        tally.add(1);
      } else {
        tally.fail(failure);
      }
      next();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (!echoed) {
        failure = cause.toString();
      }
      ctx.close();
    }
  }
}
