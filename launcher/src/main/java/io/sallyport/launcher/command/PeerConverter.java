package io.sallyport.launcher.command;

import io.sallyport.tls.Peer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads HOST, HOST:PORT, an IPv6 address, or one in brackets with a port. */
final class PeerConverter implements ITypeConverter<Peer> {
  static final int DEFAULT_PORT = 443;

  private static final Pattern FORM =
      Pattern.compile("(?:\\[(?<six>[^\\]]+)\\]|(?<host>[^:]+))(?::(?<port>\\d{1,5}))?");

  @Override
  public Peer convert(String text) {
    if (text.chars().filter(c -> c == ':').count() > 1 && !text.startsWith("[")) {
      return new Peer(text, DEFAULT_PORT);
    }
    Matcher matcher = FORM.matcher(text);
    if (matcher.matches()) {
      String host = matcher.group("six") == null ? matcher.group("host") : matcher.group("six");
      int port =
          matcher.group("port") == null ? DEFAULT_PORT : Integer.parseInt(matcher.group("port"));
      if (port > 0 && port <= 65535 && !host.isBlank()) {
        return new Peer(host, port);
      }
    }
    throw new TypeConversionException(
        "'" + text + "' is no HOST:PORT; write for example localhost:8443 or [::1]:8443");
  }
}
