package io.sallyport.stack.bouncycastle;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsHash;

/**
 * The handshake messages of TLS 1.3 in the order in which they were sent and received (RFC 8446
 * section 4.4.1). Bouncy Castle keeps its own to itself.
 */
final class Transcript {
  private static final int HEADER = 4;
  private static final int RANDOM = HEADER + 2;

  /** SHA-256 of "HelloRetryRequest", a ServerHello's random that makes it one (section 4.1.3). */
  private static final byte[] RETRY =
      java.util.HexFormat.of()
          .parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

  private final ByteArrayOutputStream messages = new ByteArrayOutputStream(4096);

  void add(byte[] bytes, int offset, int length) {
    messages.write(bytes, offset, length);
  }

  /** The hash of all until now. */
  byte[] hash(TlsCrypto crypto, int cryptoHashAlgorithm) {
    byte[] all = messages.toByteArray();
    int first = HEADER + TlsUtils.readUint24(all, 1);
    boolean retried =
        all.length >= first + RANDOM + RETRY.length
            && all[first] == HandshakeType.server_hello
            && Arrays.equals(
                all, first + RANDOM, first + RANDOM + RETRY.length, RETRY, 0, RETRY.length);
    TlsHash hash = crypto.createHash(cryptoHashAlgorithm);
    if (retried) {
      TlsHash hello = crypto.createHash(cryptoHashAlgorithm);
      hello.update(all, 0, first);
      byte[] digest = hello.calculateHash();
      byte[] header = {(byte) HandshakeType.message_hash, 0, 0, (byte) digest.length};
      hash.update(header, 0, header.length);
      hash.update(digest, 0, digest.length);
      hash.update(all, first, all.length - first);
    } else {
      hash.update(all, 0, all.length);
    }
    return hash.calculateHash();
  }

  void clear() {
    messages.reset();
  }
}
