package io.sallyport.core.connection;

import io.sallyport.tls.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The bytes of a non-blocking socket. */
final class SocketTransport implements Transport {
  private final SocketChannel channel;

  SocketTransport(SocketChannel channel) {
    this.channel = channel;
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    return channel.read(dst);
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    return channel.write(src);
  }
}
