package io.sallyport.tls.engine;

import java.util.HexFormat;
import java.util.Optional;

/**
 * What a server chose (RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3).
 *
 * @param version as on the wire, 0x0304 for TLS 1.3
 * @param cipherSuite number of the suite
 * @param group number of the group of the key_share extension, 0 without one
 * @param resumed whether the pre_shared_key extension is there
 * @param retryRequest whether this is a HelloRetryRequest
 */
record ServerHello(int version, int cipherSuite, int group, boolean resumed, boolean retryRequest) {
  private static final int PRE_SHARED_KEY = 41;
  private static final int SUPPORTED_VERSIONS = 43;
  private static final int KEY_SHARE = 51;

  /** The random value of a HelloRetryRequest: SHA-256 of that word. */
  private static final byte[] RETRY_RANDOM =
      HexFormat.of().parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

  static Optional<ServerHello> parse(HandshakeReader body) {
    int version = body.uint16();
    boolean retry = body.startsWith(RETRY_RANDOM);
    body.skip(32);
    body.skip(body.uint8()); // session id
    int suite = body.uint16();
    body.skip(1); // compression method
    if (body.isBroken()) {
      return Optional.empty();
    }
    int group = 0;
    boolean psk = false;
    HandshakeReader extensions = body.remaining() == 0 ? body : body.slice(body.uint16());
    while (extensions.remaining() >= 4) {
      int type = extensions.uint16();
      HandshakeReader extension = extensions.slice(extensions.uint16());
      switch (type) {
        case SUPPORTED_VERSIONS -> version = extension.uint16();
        case KEY_SHARE -> group = extension.uint16();
        case PRE_SHARED_KEY -> psk = true;
        default -> {
          // Not needed.
        }
      }
    }
    return Optional.of(new ServerHello(version, suite, group, psk, retry));
  }

  boolean isTls13() {
    return version == 0x0304;
  }
}
