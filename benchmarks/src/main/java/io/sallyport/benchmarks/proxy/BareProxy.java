package io.sallyport.benchmarks.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.conscrypt.Conscrypt;

/**
 * A TLS-terminating proxy made of nothing but Netty (native epoll, one event loop, its {@code
 * SslHandler}) and Conscrypt: what the gateway's design costs at least. It has none of the
 * gateway's duties (routes, limits, time-outs, swaps) and must never get any.
 *
 * <p>Arguments: listening port, backend port, certificate file, key file (PEM). Ends with its
 * parent process.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, and that is seen
public final class BareProxy {

  private static final int LEAST_READ = 512;
  private static final int FIRST_READ = 2048;

  /** Several records at a time: with Netty's 64 KiB, bulk traffic costs a tenth more. */
  private static final int LARGEST_READ = 128 * 1024;

  private BareProxy() {}

  public static void main(String[] args) throws Exception {
    int listen = Integer.parseInt(args[0]);
    InetSocketAddress backend =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[1]));
    DirectBuffers buffers = new DirectBuffers();
    RecvByteBufAllocator reads =
        new AdaptiveRecvByteBufAllocator(LEAST_READ, FIRST_READ, LARGEST_READ);
    ConscryptEngines engines =
        new ConscryptEngines(context(new File(args[2]), new File(args[3])), buffers);
    MultiThreadIoEventLoopGroup group =
        new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    EventLoop loop = (EventLoop) group.next();
    Bootstrap towardsBackend =
        new Bootstrap()
            .group(loop)
            .channel(EpollSocketChannel.class)
            .remoteAddress(backend)
            .option(ChannelOption.ALLOCATOR, buffers)
            .option(ChannelOption.RECVBUF_ALLOCATOR, reads)
            .option(ChannelOption.TCP_NODELAY, true);
    new ServerBootstrap()
        .group(loop)
        .channel(EpollServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, 1024)
        .childOption(ChannelOption.ALLOCATOR, buffers)
        .childOption(ChannelOption.RECVBUF_ALLOCATOR, reads)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(new SslHandler(engines.create()), new TlsSide(towardsBackend));
              }
            })
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), listen))
        .sync();
    // Never outlive the benchmark, however that ended.
    ProcessHandle.current()
        .parent()
        .ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(0)));
  }

  private static SSLContext context(File certificate, File key) throws SSLException {
    JdkSslContext context =
        (JdkSslContext)
            SslContextBuilder.forServer(certificate, key)
                .sslProvider(SslProvider.JDK)
                .sslContextProvider(Conscrypt.newProvider())
                .build();
    return context.context();
  }
}
