package io.sallyport.benchmarks.load;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.net.ConnectException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSession;

/** Tries again and again until a server that is just starting completes one handshake. */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, and that is seen
final class FirstHandshake {

  private static final long RETRY_MILLIS = 1;

  private final TlsClient client;
  private final int port;

  FirstHandshake(TlsClient client, int port) {
    this.client = client;
    this.port = port;
  }

  /**
   * Waits for the first handshake.
   *
   * @return protocol and cipher suite
   * @throws TimeoutException if there was none before the deadline
   */
  String await(long deadlineMillis) throws InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(deadlineMillis);
    Throwable last = new ConnectException("not tried");
    while (System.nanoTime() < deadline) {
      ChannelFuture connect = client.connect(port, ChannelInboundHandlerAdapter::new).await();
      Channel channel = connect.channel();
      if (connect.isSuccess()) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        // A listener that is up answers soon or never: the handler's own time-out ends this wait.
        if (tls != null && tls.handshakeFuture().await().isSuccess()) {
          SSLSession session = tls.engine().getSession();
          String agreed = session.getProtocol() + " " + session.getCipherSuite();
          channel.close().await(1, TimeUnit.SECONDS);
          return agreed;
        }
        last = tls == null ? new ConnectException("closed at once") : tls.handshakeFuture().cause();
        channel.close();
      } else {
        last = connect.cause();
      }
      Thread.sleep(RETRY_MILLIS);
    }
    throw new TimeoutException(
        "No handshake on port "
            + port
            + " within "
            + deadlineMillis
            + " ms; the last try said: "
            + last);
  }
}
