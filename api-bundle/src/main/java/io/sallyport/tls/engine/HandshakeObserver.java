package io.sallyport.tls.engine;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.stack.Role;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Reads along in the part of a handshake that is not encrypted, in both directions, because no
 * library tells all of it: key-exchange group, resumption, what the client offered. Takes bytes in
 * any pieces, keeps a bounded number of them, and makes the best of garbage; judging it is the
 * engine's work.
 */
final class HandshakeObserver {
  private static final int CLIENT_HELLO = 1;
  private static final int SERVER_HELLO = 2;
  private static final int CERTIFICATE = 11;
  private static final int SERVER_KEY_EXCHANGE = 12;
  private static final int SERVER_HELLO_DONE = 14;
  private static final int NAMED_CURVE = 3;

  private final HandshakeStream client;
  private final HandshakeStream server;
  private final HandshakeStream inbound;
  private final HandshakeStream outbound;

  private Optional<ClientHello> clientHello = Optional.empty();
  private Optional<ServerHello> serverHello = Optional.empty();
  private int namedCurve;
  private boolean serverHelloDone;
  private boolean abbreviated;
  private boolean clientSentNoCertificate;
  private int alertReceived = -1;

  HandshakeObserver(Role role) {
    client = new HandshakeStream(this::fromClient);
    server = new HandshakeStream(this::fromServer);
    inbound = role == Role.CLIENT ? server : client;
    outbound = role == Role.CLIENT ? client : server;
  }

  /** Reads a received record from position to limit, and moves neither. */
  void inbound(ByteBuffer record) {
    int at = record.position();
    if (Records.type(record, at) == Records.ALERT && record.remaining() == Records.HEADER + 2) {
      alertReceived = record.get(at + Records.HEADER + 1) & 0xFF;
    } else if (!inbound.isEncrypted()) {
      inbound.feed(record);
    }
  }

  /** Reads sent bytes between two indices. */
  void outbound(ByteBuffer bytes, int from, int to) {
    if (!outbound.isEncrypted()) {
      outbound.feed(bytes, from, to);
    }
  }

  /** The first ClientHello, once it is complete. */
  Optional<ClientHello> clientHello() {
    return clientHello;
  }

  /** The ServerHello that counts, once it is complete. */
  Optional<ServerHello> serverHello() {
    return serverHello;
  }

  /** The key-exchange group by its IANA name. */
  Optional<String> group() {
    int number = serverHello.map(ServerHello::group).filter(g -> g != 0).orElse(namedCurve);
    return number == 0 ? Optional.empty() : Optional.of(NamedGroup.ofNumber(number).name());
  }

  /**
   * Whether an earlier session is resumed: in TLS 1.3 the server says so; in TLS 1.2 it shows by
   * going to encryption without the messages of a full handshake.
   */
  boolean resumed() {
    return abbreviated || serverHello.map(ServerHello::resumed).orElse(false);
  }

  /** Whether the client answered a certificate request with an empty list; TLS 1.2 only. */
  boolean clientSentNoCertificate() {
    return clientSentNoCertificate;
  }

  /** The alert that came unencrypted, or -1. */
  int alertReceived() {
    return alertReceived;
  }

  /** ALPN protocols that the client offered. */
  List<String> offeredProtocols() {
    return clientHello.map(ClientHello::applicationProtocols).orElse(List.of());
  }

  private void fromClient(int type, HandshakeReader body) {
    if (type == CLIENT_HELLO && clientHello.isEmpty()) {
      clientHello = ClientHello.parse(body);
    } else if (type == CERTIFICATE) {
      clientSentNoCertificate = body.remaining() == 3 && body.uint24() == 0;
    }
  }

  private void fromServer(int type, HandshakeReader body) {
    if (type == SERVER_HELLO) {
      Optional<ServerHello> hello = ServerHello.parse(body);
      hello.ifPresent(this::serverHello);
    } else if (type == SERVER_KEY_EXCHANGE) {
      namedCurve = namedCurve(body);
    } else if (type == SERVER_HELLO_DONE) {
      serverHelloDone = true;
    }
  }

  /** The group of an ECDHE key exchange (RFC 8422 section 5.4, RFC 5489 section 2), else 0. */
  private int namedCurve(HandshakeReader body) {
    String suite =
        serverHello
            .flatMap(hello -> CipherSuite.ofNumber(hello.cipherSuite()))
            .map(CipherSuite::name)
            .orElse("");
    if (suite.startsWith("TLS_DHE_") || suite.startsWith("TLS_PSK_")) {
      return 0; // The prime, or the hint alone.
    }
    if (suite.startsWith("TLS_ECDHE_PSK_")) {
      body.skip(body.uint16()); // The identity hint.
    }
    return body.uint8() == NAMED_CURVE ? body.uint16() : 0;
  }

  private void serverHello(ServerHello hello) {
    serverHello = Optional.of(hello);
    if (hello.isTls13() && !hello.retryRequest()) {
      client.encrypted();
      server.encrypted();
    } else if (!hello.isTls13()) {
      server.onChangeCipherSpec(
          () -> {
            abbreviated = !serverHelloDone;
            server.encrypted();
          });
      client.onChangeCipherSpec(client::encrypted);
    }
  }
}
