package io.sallyport.gateway.relay;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;

/** Linux's own event notification, by Netty's native library. */
final class EpollSockets implements EventLoops.Sockets {
  /** Whether the library is there; it is an optional bundle. */
  static boolean isAvailable() {
    try {
      return Epoll.isAvailable();
    } catch (LinkageError e) {
      return false;
    }
  }

  @Override
  public String name() {
    return "epoll";
  }

  @Override
  public IoHandlerFactory handlers() {
    return LastingEpoll.factory();
  }

  @Override
  public ServerSocketChannel serverSocket() {
    return new EpollServerSocketChannel();
  }

  @Override
  public SocketChannel socket() {
    return new EpollSocketChannel();
  }
}
