package io.sallyport.benchmarks.load;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The plain TCP server behind every proxy under test. The first byte of a connection says what it
 * is for: {@link #ECHO} sends everything back, {@link #SOURCE} sends without end, {@link #SINK}
 * counts what arrives. Command: {@code received}, the number of bytes that all sinks have taken so
 * far. The first line that it prints is {@code ok PORT}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, and that is seen
public final class Backend {

  static final byte ECHO = 'e';
  static final byte SOURCE = 's';
  static final byte SINK = 'd';

  private static final int READ_BYTES = 256 * 1024;

  private Backend() {}

  public static void main(String[] args) throws InterruptedException, IOException {
    AtomicLong received = new AtomicLong();
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    Channel server =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 4096)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(READ_BYTES, 2 * READ_BYTES))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Connection(received));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    System.out.println("ok " + ((InetSocketAddress) server.localAddress()).getPort());
    new ControlLoop((command, arguments) -> execute(command, arguments, received)).run();
    group.shutdownGracefully();
  }

  private static String execute(String command, List<String> arguments, AtomicLong received) {
    if (command.equals("received") && arguments.isEmpty()) {
      return Long.toString(received.get());
    }
    throw new IllegalArgumentException("Unknown command " + command + " " + arguments);
  }

  private static final class Connection extends ChannelInboundHandlerAdapter {

    private final AtomicLong received;
    private byte mode;
    private @Nullable Flood flood;

    Connection(AtomicLong received) {
      this.received = received;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      if (mode == 0) {
        mode = bytes.getByte(bytes.readerIndex());
      }
      switch (mode) {
        case ECHO -> ctx.writeAndFlush(bytes, ctx.voidPromise());
        case SOURCE -> {
          bytes.release();
          flood = new Flood(ctx);
          flood.resume();
        }
        case SINK -> {
          received.lazySet(received.get() + bytes.readableBytes());
          bytes.release();
        }
        default -> {
          bytes.release();
          ctx.close();
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
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close(); // a load that is stopped in the middle of a stream resets its connections
    }
  }
}
