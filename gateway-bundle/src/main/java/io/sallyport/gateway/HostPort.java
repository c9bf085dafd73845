package io.sallyport.gateway;

import io.sallyport.tls.Peer;

/** Reads "host:port" and "[address]:port". */
final class HostPort {
  private HostPort() {}

  static Peer parse(RouteProperties properties, String key, int leastPort, String example)
      throws RouteException {
    String text = properties.required(key, example);
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? text : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw properties.wrong(
          key, "is '" + text + "'; write an IPv6 address in brackets, as in \"[::1]:8443\"");
    }
    if (colon < 0 || host.isBlank()) {
      throw properties.wrong(
          key, "is '" + text + "'; give a host and a port, for example \"" + example + "\"");
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (port >= leastPort && port <= 65535) {
        return new Peer(host, port);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw properties.wrong(
        key,
        "has the port '"
            + text.substring(colon + 1)
            + "'; give a number from "
            + leastPort
            + " to 65535");
  }
}
