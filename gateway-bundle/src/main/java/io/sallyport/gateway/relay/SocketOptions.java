package io.sallyport.gateway.relay;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannel;

/** What every socket of the gateway is set to. */
final class SocketOptions {
  /** Above this many waiting bytes a side's peer counts as slow, and the other side is not read. */
  static final int HIGH_WATERMARK = 128 * 1024;

  private static final WriteBufferWaterMark WATERMARK =
      new WriteBufferWaterMark(64 * 1024, HIGH_WATERMARK);

  private SocketOptions() {}

  static void apply(DuplexChannel channel) {
    ChannelConfig config = channel.config();
    config.setOption(ChannelOption.TCP_NODELAY, true);
    config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    config.setWriteBufferWaterMark(WATERMARK);
  }
}
