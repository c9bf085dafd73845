package io.sallyport.tls.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a client offers (RFC 8446 section 4.1.2).
 *
 * @param highestVersion the newest version offered, as on the wire
 * @param lowestVersion the oldest version offered; 0 where the client names only the newest
 * @param serverName the SNI host name
 * @param alpnOffered whether the ALPN extension is there
 * @param applicationProtocols the ALPN protocols
 */
record ClientHello(
    int highestVersion,
    int lowestVersion,
    Optional<String> serverName,
    boolean alpnOffered,
    List<String> applicationProtocols) {
  private static final int SERVER_NAME = 0;
  private static final int ALPN = 16;
  private static final int SUPPORTED_VERSIONS = 43;

  static Optional<ClientHello> parse(HandshakeReader body) {
    int version = body.uint16();
    int lowest = 0;
    body.skip(32);
    body.skip(body.uint8()); // session id
    body.skip(body.uint16()); // cipher suites
    body.skip(body.uint8()); // compression methods
    if (body.isBroken()) {
      return Optional.empty();
    }
    Optional<String> serverName = Optional.empty();
    boolean alpnOffered = false;
    List<String> protocols = List.of();
    HandshakeReader extensions =
        body.remaining() == 0 ? body : body.slice(body.uint16()); // none before TLS 1.2
    while (extensions.remaining() >= 4) {
      int type = extensions.uint16();
      HandshakeReader extension = extensions.slice(extensions.uint16());
      switch (type) {
        case SERVER_NAME -> serverName = hostName(extension);
        case ALPN -> {
          alpnOffered = true;
          protocols = protocols(extension);
        }
        case SUPPORTED_VERSIONS -> {
          int[] range = versions(extension);
          lowest = range[0];
          version = range[1] == 0 ? version : range[1];
        }
        default -> {
          // Not needed.
        }
      }
    }
    return Optional.of(new ClientHello(version, lowest, serverName, alpnOffered, protocols));
  }

  private static Optional<String> hostName(HandshakeReader extension) {
    HandshakeReader names = extension.slice(extension.uint16());
    while (names.remaining() >= 3) {
      int type = names.uint8();
      HandshakeReader name = names.slice(names.uint16());
      if (type == 0 && name.remaining() > 0) {
        return Optional.of(name.text());
      }
    }
    return Optional.empty();
  }

  private static List<String> protocols(HandshakeReader extension) {
    List<String> protocols = new ArrayList<>();
    HandshakeReader list = extension.slice(extension.uint16());
    while (list.remaining() > 0) {
      String raw = list.slice(list.uint8()).text();
      protocols.add(new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }
    return protocols;
  }

  /** The oldest and the newest version; GREASE (RFC 8701) is passed over. */
  private static int[] versions(HandshakeReader extension) {
    HandshakeReader list = extension.slice(extension.uint8());
    int lowest = 0;
    int highest = 0;
    while (list.remaining() >= 2) {
      int version = list.uint16();
      if (version >>> 8 == 3) {
        highest = Math.max(highest, version);
        lowest = lowest == 0 ? version : Math.min(lowest, version);
      }
    }
    return new int[] {lowest, highest};
  }
}
