package io.sallyport.gateway;

import io.sallyport.tls.Peer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A route's configuration, checked as far as that is possible without opening a file. Immutable.
 *
 * @param name the route's name, the part of the PID after "~"
 * @param listen address to listen on
 * @param target where connections lead
 * @param server TLS towards clients
 * @param clientAuthorities file of the authorities for client certificates
 * @param client TLS towards the target
 * @param trust by what the target is verified
 * @param targetAuthorities file of the authorities for the target
 * @param targetName name to verify instead of the target's host
 * @param skipCommonName whether the target's name is not checked
 * @param idleTimeoutMs in milliseconds, 0 for none
 */
record RouteSettings(
    String name,
    Mode mode,
    Peer listen,
    Peer target,
    TlsKeys server,
    Optional<String> clientAuthorities,
    TlsKeys client,
    TrustSource trust,
    Optional<String> targetAuthorities,
    Optional<String> targetName,
    boolean skipCommonName,
    long idleTimeoutMs,
    int maxConnections,
    int backlog) {
  private static final String PID_SEPARATOR = "~";

  /** By what the target is verified. */
  enum TrustSource {
    FILE,
    PLATFORM,
    GLOBAL
  }

  /** The name of the route with these properties. */
  static String nameOf(Map<String, ?> values) {
    String pid = String.valueOf(values.get("service.pid"));
    int separator = pid.indexOf(PID_SEPARATOR);
    return separator < 0 ? pid.substring(pid.lastIndexOf('.') + 1) : pid.substring(separator + 1);
  }

  /**
   * Reads a configuration.
   *
   * @throws RouteException for a key that is missing, unknown, malformed or contradicts another
   */
  static RouteSettings of(Map<String, ?> values) throws RouteException {
    String name = nameOf(values);
    RouteProperties properties = new RouteProperties(name, values);
    RouteSettings settings =
        new RouteSettings(
            name,
            mode(properties),
            HostPort.parse(properties, "listen", 0, "127.0.0.1:8443"),
            HostPort.parse(properties, "target", 1, "127.0.0.1:8080"),
            TlsKeys.server(properties),
            properties.optional("server.client.ca"),
            TlsKeys.client(properties),
            trust(properties),
            properties.optional("client.ca"),
            properties.optional("client.name"),
            properties.flag("client.skip.common.name"),
            properties.number("idle.timeout.ms", 300_000, 0, Long.MAX_VALUE / 2),
            (int) properties.number("max.connections", 10_000, 1, 10_000_000),
            (int) properties.number("backlog", 1024, 1, 65535));
    properties.refuseUnknown();
    settings.check(properties);
    return settings;
  }

  private void check(RouteProperties properties) throws RouteException {
    if (mode.tlsIn() && server.certificate().isEmpty()) {
      throw properties.wrong(
          "server.certificate", "is missing; mode " + mode + " needs a certificate and its key");
    }
    if (mode.tlsOut() && trust == TrustSource.FILE && targetAuthorities.isEmpty()) {
      throw properties.wrong(
          "client.ca",
          "is missing; mode "
              + mode
              + " verifies the target by it, or by \"client.trust\": \"platform\" or \"global\"");
    }
    if (trust != TrustSource.FILE && targetAuthorities.isPresent()) {
      throw properties.wrong(
          "client.ca", "has no effect with \"client.trust\": \"" + lower(trust) + "\"; drop one");
    }
  }

  private static Mode mode(RouteProperties properties) throws RouteException {
    return oneOf(properties, "mode", properties.required("mode", "terminate"), Mode.values());
  }

  private static TrustSource trust(RouteProperties properties) throws RouteException {
    String text = properties.optional("client.trust").orElse("file");
    return oneOf(properties, "client.trust", text, TrustSource.values());
  }

  private static <E extends Enum<E>> E oneOf(
      RouteProperties properties, String key, String text, E[] choices) throws RouteException {
    for (E choice : choices) {
      if (lower(choice).equals(text)) {
        return choice;
      }
    }
    throw properties.wrong(
        key,
        "is '"
            + text
            + "'; give one of "
            + String.join(", ", Arrays.stream(choices).map(RouteSettings::lower).toList()));
  }

  private static String lower(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }
}
