package io.sallyport.gateway;

import io.sallyport.tls.Peer;
import java.util.Map;

/**
 * A route's configuration, checked as far as that is possible without opening a file. Immutable.
 *
 * @param name the route's name, the part of the PID after "~"
 * @param listen address to listen on
 * @param target where connections lead
 * @param server TLS towards clients
 * @param client TLS towards the target
 * @param idleTimeoutMs in milliseconds, 0 for none
 */
record RouteSettings(
    String name,
    Mode mode,
    Peer listen,
    Peer target,
    ServerTls server,
    ClientTls client,
    long idleTimeoutMs,
    int maxConnections,
    int backlog) {
  private static final String PID_SEPARATOR = "~";

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
            ServerTls.read(properties),
            ClientTls.read(properties),
            properties.number("idle.timeout.ms", 300_000, 0, Long.MAX_VALUE / 2),
            (int) properties.number("max.connections", 10_000, 1, 10_000_000),
            (int) properties.number("backlog", 1024, 1, 65535));
    properties.refuseUnknown();
    settings.server().check(properties, settings.mode());
    settings.client().check(properties, settings.mode());
    return settings;
  }

  private static Mode mode(RouteProperties properties) throws RouteException {
    properties.required("mode", "terminate");
    return properties.oneOf("mode", Mode.TERMINATE, Mode.values());
  }
}
