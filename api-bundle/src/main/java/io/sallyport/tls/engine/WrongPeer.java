package io.sallyport.tls.engine;

import io.sallyport.tls.stack.Role;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Recognises by its first bytes a peer that does not speak TLS. */
final class WrongPeer {
  private static final int SHOWN = 16;
  private static final List<String> HTTP_REQUESTS =
      List.of(
          "GET ",
          "POST ",
          "HEAD ",
          "PUT ",
          "DELETE ",
          "OPTIONS ",
          "PATCH ",
          "CONNECT ",
          "TRACE ",
          "PRI * HTTP");

  private WrongPeer() {}

  /**
   * Looks at the first bytes that ever came.
   *
   * @param bytes from position on, at least one
   * @param own the own side
   * @param ended whether no more will come
   */
  static void check(ByteBuffer bytes, Role own, boolean ended) throws NotTlsException {
    int at = bytes.position();
    int there = bytes.remaining();
    int type = Records.type(bytes, at);
    boolean plausible =
        (type == Records.HANDSHAKE || type == Records.ALERT)
            && (there < 2 || bytes.get(at + 1) == 3)
            && (there < Records.HEADER || Records.isHeader(bytes, at));
    if (!plausible || (ended && there < Records.HEADER)) {
      throw new NotTlsException(sentence(bytes, there, own));
    }
  }

  /** The first bytes, as text where they are text, else in hexadecimal. */
  static String show(ByteBuffer bytes, int there) {
    byte[] first = first(bytes, there);
    boolean text = first.length > 0;
    for (byte b : first) {
      text &= (b >= 0x20 && b < 0x7F) || b == '\r' || b == '\n';
    }
    if (text) {
      return "first bytes '"
          + new String(first, StandardCharsets.US_ASCII).split("[\r\n]", 2)[0]
          + "'";
    }
    StringBuilder hex = new StringBuilder("first bytes 0x");
    for (byte b : first) {
      hex.append(String.format(Locale.ROOT, "%02x", b));
    }
    return hex.toString();
  }

  private static String sentence(ByteBuffer bytes, int there, Role own) {
    String text = new String(first(bytes, there), StandardCharsets.ISO_8859_1);
    String shown = " (" + show(bytes, there) + ")";
    String peer = own == Role.SERVER ? "The client" : "The server";
    if (own == Role.SERVER && HTTP_REQUESTS.stream().anyMatch(text::startsWith)) {
      return "The client spoke plain HTTP to a TLS port"
          + shown
          + "; use https:// instead of http://.";
    }
    if (own == Role.CLIENT && text.startsWith("HTTP/")) {
      return "The server answered in plain HTTP" + shown + "; its port does not speak TLS.";
    }
    if (text.startsWith("SSH-")) {
      return peer + " spoke SSH" + shown + "; this is a TLS connection, use the right port.";
    }
    return own == Role.SERVER
        ? "The client sent garbage instead of a TLS handshake" + shown + "."
        : "The server did not answer with TLS" + shown + "; its port speaks another protocol.";
  }

  private static byte[] first(ByteBuffer bytes, int there) {
    byte[] first = new byte[Math.min(SHOWN, there)];
    bytes.get(bytes.position(), first);
    return first;
  }
}
