package io.sallyport.core.connection;

import io.sallyport.tls.TcpOptions;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;

/**
 * Sets a configuration's socket options. The JDK has no SO_BINDTODEVICE: "interface" means that the
 * connection leaves from an address of that interface.
 */
final class SocketOptions {
  private SocketOptions() {}

  static void apply(TcpOptions options, SocketChannel channel, InetAddress target)
      throws TlsException {
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      if (options.keepAlive().isPresent()) {
        TcpOptions.KeepAlive probes = options.keepAlive().get();
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, (int) probes.idle().toSeconds());
        channel.setOption(
            ExtendedSocketOptions.TCP_KEEPINTERVAL, (int) probes.interval().toSeconds());
        channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, probes.count());
      }
      if (options.interfaceName().isPresent()) {
        channel.bind(new InetSocketAddress(address(options.interfaceName().get(), target), 0));
      }
    } catch (IOException | UnsupportedOperationException e) {
      throw new TlsException(
          TlsErrorCode.SOCKET_SETOPT_FAILED,
          "The socket options for the connection to "
              + target
              + " could not be set: "
              + e.getMessage(),
          e);
    }
  }

  private static InetAddress address(String name, InetAddress target) throws IOException {
    NetworkInterface device = NetworkInterface.getByName(name);
    if (device == null) {
      throw new IOException("there is no network interface '" + name + "'.");
    }
    return device
        .inetAddresses()
        .filter(address -> address.getClass() == target.getClass())
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    "network interface '"
                        + name
                        + "' has no address of the family of "
                        + target
                        + "."));
  }
}
