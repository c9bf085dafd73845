package io.sallyport.benchmarks.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/**
 * Makes the client connections of all loads: TLS 1.3 with X25519 as the only key share, so that
 * every server does the same key exchange, and never a session to resume. BoringSSL through
 * netty-tcnative, because of the clients at hand it costs the least. It verifies no certificate: it
 * is a load, not a check.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, and that is seen
final class TlsClient implements AutoCloseable {

  private static final int READ_BYTES = 256 * 1024;
  private static final int DEADLINE_MILLIS = 10_000;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final SslContext context;
  private final Bootstrap bootstrap;

  TlsClient() throws SSLException {
    context =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.OPENSSL)
            .protocols("TLSv1.3")
            .option(OpenSslContextOption.GROUPS, new String[] {"X25519"})
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .endpointIdentificationAlgorithm(null)
            .build();
    bootstrap =
        new Bootstrap()
            .group(group)
            .channel(EpollSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
            .option(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(READ_BYTES, 2 * READ_BYTES));
  }

  /**
   * Begins a connection to a loopback port.
   *
   * @param handler makes the handler behind TLS
   */
  ChannelFuture connect(int port, Supplier<ChannelHandler> handler) {
    return connect(port, DEADLINE_MILLIS, handler);
  }

  /**
   * As {@link #connect(int, Supplier)}, with another deadline.
   *
   * @param deadlineMillis how long the connection and the handshake may each take
   */
  ChannelFuture connect(int port, int deadlineMillis, Supplier<ChannelHandler> handler) {
    return bootstrap
        .clone()
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, deadlineMillis)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                // An engine without host and port has no key in any session cache: never resumed.
                SslHandler tls = new SslHandler(context.newEngine(channel.alloc()));
                tls.setHandshakeTimeout(deadlineMillis, TimeUnit.MILLISECONDS);
                channel.pipeline().addLast(tls, handler.get());
              }
            })
        .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /** The only thread of all connections. */
  EventExecutor loop() {
    return group.next();
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
