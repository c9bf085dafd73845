package io.sallyport.benchmarks.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;

/** The backend's pipeline: passes everything on to the client. */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, and that is seen
final class PlainSide extends ChannelInboundHandlerAdapter {

  private final Channel client;

  PlainSide(Channel client) {
    this.client = client;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    client.write(message, client.voidPromise());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    client.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    client.config().setAutoRead(ctx.channel().isWritable());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    TlsSide.closeAfterWrites(client);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      cause.printStackTrace(); // a fault of ours, not of a peer
    }
    ctx.close();
  }
}
