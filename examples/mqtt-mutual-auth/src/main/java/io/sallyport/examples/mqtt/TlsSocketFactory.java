package io.sallyport.examples.mqtt;

import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Makes {@link TlsSocket}s. */
final class TlsSocketFactory extends SocketFactory {
  private final Tls tls;
  private final ClientConfig config;

  TlsSocketFactory(Tls tls, ClientConfig config) {
    this.tls = tls;
    this.config = config;
  }

  @Override
  public Socket createSocket() throws IOException {
    return new TlsSocket(tls, config);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    Socket socket = createSocket();
    socket.connect(InetSocketAddress.createUnresolved(host, port));
    return socket;
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    Socket socket = createSocket();
    socket.connect(new InetSocketAddress(host, port));
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    throw new IOException("The platform chooses the local address.");
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    throw new IOException("The platform chooses the local address.");
  }
}
