package io.sallyport.gateway;

import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Shell commands: {@code tls:routes}, {@code tls:route NAME}, {@code tls:reload NAME}. */
@Component(
    service = RouteCommands.class,
    property = {
      "osgi.command.scope=tls",
      "osgi.command.function=routes",
      "osgi.command.function=route",
      "osgi.command.function=reload"
    })
public final class RouteCommands {
  private final List<RouteStatus> routes = new CopyOnWriteArrayList<>();

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindRoute(RouteStatus route) {
    routes.add(route);
  }

  void unbindRoute(RouteStatus route) {
    routes.remove(route);
  }

  /** All routes, as a table. */
  public String routes() {
    List<RouteDTO> all =
        routes.stream()
            .map(RouteStatus::status)
            .sorted(Comparator.comparing((RouteDTO route) -> route.name))
            .toList();
    if (all.isEmpty()) {
      return "No route is configured.";
    }
    Table table =
        new Table(
            "name",
            "mode",
            "listen",
            "target",
            "state",
            "open",
            "accepted",
            "failed",
            "bytes in",
            "bytes out",
            "last error");
    for (RouteDTO route : all) {
      table.row(
          route.name,
          route.mode,
          route.listen,
          route.target,
          route.state.name(),
          String.valueOf(route.open),
          String.valueOf(route.accepted),
          String.valueOf(route.failedHandshakes),
          String.valueOf(route.bytesIn),
          String.valueOf(route.bytesOut),
          route.problem.isEmpty() ? route.lastError : route.problem);
    }
    return table.toString();
  }

  /** One route in full. */
  public String route(String name) {
    RouteDTO route = find(name).status();
    Table table = new Table("route", route.name);
    table.row("mode", route.mode);
    table.row("listen", route.listen);
    table.row("target", route.target);
    table.row("state", route.state.name());
    table.row("problem", route.problem);
    table.row("open", route.open + " of " + route.maxConnections);
    table.row("accepted", String.valueOf(route.accepted));
    table.row("failed handshakes", String.valueOf(route.failedHandshakes));
    table.row("bytes in", String.valueOf(route.bytesIn));
    table.row("bytes out", String.valueOf(route.bytesOut));
    table.row("errors", new TreeMap<>(route.errors).toString());
    table.row("last error", route.lastError);
    return table.toString();
  }

  /** Reads a route's files again, such as a renewed certificate; connections go on. */
  public String reload(String name) {
    RouteStatus route = find(name);
    route.reload();
    RouteDTO now = route.status();
    return now.problem.isEmpty()
        ? "Route " + name + " has read its files again."
        : now.problem + " The last good configuration stays in use.";
  }

  private RouteStatus find(String name) {
    return routes.stream()
        .filter(route -> route.status().name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no route '" + name + "'; tls:routes lists them."));
  }
}
