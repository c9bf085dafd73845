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
import org.jspecify.annotations.Nullable;

/**
 * The plain TCP server behind every proxy under test. The first byte of a connection says what it
 * is for: {@link #ECHO} sends everything back, {@link #SOURCE} sends without end, {@link #SINK}
 * counts what arrives. Commands: {@code received}, the number of bytes that all sinks have taken so
 * far; {@code echoed}, what the connections that send back have come to. The first line that it
 * prints is {@code ok PORT}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, and that is seen
public final class Backend {

  static final byte ECHO = 'e';
  static final byte SOURCE = 's';
  static final byte SINK = 'd';

  private static final int READ_BYTES = 256 * 1024;

  private Backend() {}

  public static void main(String[] args) throws InterruptedException, IOException {
    Counts counts = new Counts();
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
                    channel.pipeline().addLast(new Connection(counts));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    System.out.println("ok " + ((InetSocketAddress) server.localAddress()).getPort());
    new ControlLoop((command, arguments) -> execute(command, arguments, counts)).run();
    group.shutdownGracefully();
  }

  private static String execute(String command, List<String> arguments, Counts counts) {
    if (command.equals("received") && arguments.isEmpty()) {
      return Long.toString(counts.taken);
    }
    if (command.equals("echoed") && arguments.isEmpty()) {
      return "received="
          + counts.echoReceived
          + " sent="
          + counts.echoSent
          + " open="
          + counts.echoOpen
          + " broken="
          + counts.echoBroken;
    }
    throw new IllegalArgumentException("Unknown command " + command + " " + arguments);
  }

  /** Written by the only event loop thread, read by the thread of the commands. */
  private static final class Counts {
    private volatile long taken;
    private volatile long echoReceived;
    private volatile long echoSent;
    private volatile long echoOpen;
    private volatile long echoBroken;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // single writer
  private static final class Connection extends ChannelInboundHandlerAdapter {

    private final Counts counts;
    private byte mode;
    private @Nullable Flood flood;

    Connection(Counts counts) {
      this.counts = counts;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      if (mode == 0) {
        mode = bytes.getByte(bytes.readerIndex());
        if (mode == ECHO) {
          counts.echoOpen++;
        }
      }
      switch (mode) {
        case ECHO -> {
          int length = bytes.readableBytes();
          counts.echoReceived += length;
          ctx.writeAndFlush(bytes)
              .addListener(
                  written -> {
                    if (written.isSuccess()) {
                      counts.echoSent += length;
                    }
                  });
        }
        case SOURCE -> {
          bytes.release();
          flood = new Flood(ctx);
          flood.resume();
        }
        case SINK -> {
          counts.taken += bytes.readableBytes();
          bytes.release();
        }
        default -> {
          bytes.release();
          ctx.close();
        }
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (mode == ECHO) {
        counts.echoOpen--;
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
      if (mode == ECHO) {
        counts.echoBroken++;
      }
      ctx.close(); // a load that is stopped in the middle of a stream resets its connections
    }
  }
}
