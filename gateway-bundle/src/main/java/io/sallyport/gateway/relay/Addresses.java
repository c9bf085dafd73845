package io.sallyport.gateway.relay;

import io.sallyport.tls.Peer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** How addresses are written. */
public final class Addresses {
  private Addresses() {}

  /** As "127.0.0.1:8443" or "[::1]:8443". */
  public static String text(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? peer(inet).toString() : "an unknown client";
  }

  static Peer peer(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    return new Peer(ip == null ? address.getHostString() : ip.getHostAddress(), address.getPort());
  }
}
