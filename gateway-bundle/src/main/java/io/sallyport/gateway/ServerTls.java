package io.sallyport.gateway;

import io.sallyport.tls.SessionTickets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * TLS towards clients, as it is configured. Immutable.
 *
 * @param keys what both roles have
 * @param clientAuthorities file of the authorities for client certificates
 * @param clientGlobalStore whether clients are verified by the global CA store
 * @param moreCertificates files of further certificates with their keys, chosen by server name
 * @param pskFile file of pre-shared keys
 * @param tickets whether sessions may be resumed; empty for what the stack does by itself
 */
record ServerTls(
    TlsKeys keys,
    Optional<String> clientAuthorities,
    boolean clientGlobalStore,
    List<String> moreCertificates,
    Optional<String> pskFile,
    Optional<SessionTickets> tickets) {
  private static final String TICKETS = "server.session.tickets";
  private static final String LIFETIME = "server.session.ticket.lifetime.s";
  private static final long MAX_LIFETIME_SECONDS = Duration.ofDays(7).toSeconds();

  private enum Switch {
    ON,
    OFF,
    AUTO
  }

  static ServerTls read(RouteProperties properties) throws RouteException {
    return new ServerTls(
        TlsKeys.server(properties),
        properties.optional("server.client.ca"),
        properties.flag("server.client.global.ca"),
        properties.list("server.sni.certificates"),
        properties.optional("server.psk.file"),
        tickets(properties));
  }

  private static Optional<SessionTickets> tickets(RouteProperties properties)
      throws RouteException {
    Switch wanted = properties.oneOf(TICKETS, Switch.AUTO, Switch.values());
    long lifetime =
        properties.number(
            LIFETIME, SessionTickets.ON.lifetime().toSeconds(), 1, MAX_LIFETIME_SECONDS);
    if (wanted != Switch.ON && properties.has(LIFETIME)) {
      throw properties.wrong(LIFETIME, "has no effect without \"" + TICKETS + "\": \"on\"");
    }
    return switch (wanted) {
      case AUTO -> Optional.empty();
      case OFF -> Optional.of(SessionTickets.OFF);
      case ON -> Optional.of(SessionTickets.on(Duration.ofSeconds(lifetime)));
    };
  }

  void check(RouteProperties properties, Mode mode) throws RouteException {
    boolean certificates =
        keys.certificate().isPresent()
            || keys.hardwareKey().isPresent()
            || !moreCertificates.isEmpty();
    if (mode.tlsIn() && !certificates && pskFile.isEmpty()) {
      throw properties.wrong(
          "server.certificate",
          "is missing; mode "
              + mode
              + " needs a certificate and its key, a 'server.hardware.key', or pre-shared keys in 'server.psk.file'");
    }
    if (clientGlobalStore && clientAuthorities.isPresent()) {
      throw properties.wrong(
          "server.client.global.ca", "stands beside 'server.client.ca'; drop one");
    }
    boolean verifies = clientGlobalStore || clientAuthorities.isPresent();
    if (pskFile.isPresent() && (certificates || verifies)) {
      throw properties.wrong(
          "server.psk.file", "stands beside certificates; a server has one or the other");
    }
  }
}
