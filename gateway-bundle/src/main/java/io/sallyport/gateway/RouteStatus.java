package io.sallyport.gateway;

/**
 * A route, as a service. Its properties {@code route.name}, {@code route.state}, {@code
 * route.listen} (with the port that was bound) and {@code route.problem} follow the route.
 */
public interface RouteStatus {
  /** The route now. */
  RouteDTO status();

  /** Reads the route's files again, such as a renewed certificate. Returns when that is done. */
  void reload();
}
