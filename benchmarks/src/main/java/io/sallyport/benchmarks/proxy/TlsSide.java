package io.sallyport.benchmarks.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The end of the client's pipeline, behind TLS: connects to the backend once the handshake is done
 * and passes everything on.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, and that is seen
final class TlsSide extends ChannelInboundHandlerAdapter {

  private final Bootstrap towardsBackend;
  private final Queue<Object> early = new ArrayDeque<>(2);
  private @Nullable Channel backend;

  TlsSide(Bootstrap towardsBackend) {
    this.towardsBackend = towardsBackend;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
      ctx.channel().config().setAutoRead(false);
      towardsBackend
          .clone()
          .handler(new PlainSide(ctx.channel()))
          .connect()
          .addListener((ChannelFuture connecting) -> connected(ctx, connecting));
    } else if (event instanceof SslCloseCompletionEvent) {
      closeAfterWrites(backend);
    }
  }

  private void connected(ChannelHandlerContext ctx, ChannelFuture connecting) {
    if (!connecting.isSuccess() || !ctx.channel().isActive()) {
      connecting.channel().close();
      ctx.close();
      return;
    }
    Channel channel = connecting.channel();
    backend = channel;
    if (!early.isEmpty()) {
      early.forEach(message -> channel.write(message, channel.voidPromise()));
      early.clear();
      channel.flush();
    }
    ctx.channel().config().setAutoRead(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Channel channel = backend;
    if (channel == null) {
      early.add(message);
    } else {
      channel.write(message, channel.voidPromise());
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (backend != null) {
      backend.flush();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (backend != null) {
      backend.config().setAutoRead(ctx.channel().isWritable());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    early.forEach(ReferenceCountUtil::release);
    early.clear();
    closeAfterWrites(backend);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      cause.printStackTrace(); // a fault of ours, not of a peer
    }
    ctx.close();
  }

  static void closeAfterWrites(@Nullable Channel channel) {
    if (channel != null && channel.isActive()) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }
}
