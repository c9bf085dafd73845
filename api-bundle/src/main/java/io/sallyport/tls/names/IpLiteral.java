package io.sallyport.tls.names;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells address literals from host names, without ever asking a resolver. */
public final class IpLiteral {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

  private IpLiteral() {}

  /** The bytes of an IPv4 or IPv6 literal (with or without brackets and zone), else empty. */
  public static Optional<byte[]> parse(String host) {
    String text =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    int zone = text.indexOf('%');
    if (zone > 0) {
      text = text.substring(0, zone);
    }
    if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text).getAddress()); // a literal: no look-up
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
