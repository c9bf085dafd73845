package io.sallyport.launcher.platform;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * The gateway's routes, seen through the properties of the services that it publishes for them; the
 * launcher shares no type with the gateway. Thread-safe.
 */
public final class Routes {
  /** The factory PID of routes. */
  public static final String PID = "io.sallyport.gateway.route";

  private static final String SERVICE = "io.sallyport.gateway.RouteStatus";
  private static final Set<String> UNDECIDED = Set.of("", "STARTING");
  private static final Duration LOOK = Duration.ofMillis(5);

  private final BundleContext context;

  /** Looks into a framework. */
  public Routes(BundleContext context) {
    this.context = context;
  }

  /**
   * A route.
   *
   * @param name the part of its PID after "~"
   * @param listen the address that was bound; empty when none is
   * @param state as the gateway names it
   * @param problem what is wrong, one sentence; empty when nothing is
   */
  public record Route(String name, String listen, String state, String problem) {
    /** Whether it accepts connections. */
    public boolean listens() {
      return state.equals("LISTENING");
    }
  }

  /** All routes there are now, by name. */
  public Map<String, Route> now() {
    Map<String, Route> routes = new TreeMap<>();
    references()
        .map(
            reference ->
                new Route(
                    text(reference, "route.name"),
                    text(reference, "route.listen"),
                    text(reference, "route.state"),
                    text(reference, "route.problem")))
        .forEach(route -> routes.put(route.name(), route));
    return routes;
  }

  /**
   * Waits until each of these routes listens or has failed to.
   *
   * @return what there is then, or when the time is over
   */
  public List<Route> await(Set<String> names, Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      Map<String, Route> routes = now();
      boolean decided =
          names.stream()
              .allMatch(
                  name ->
                      Optional.ofNullable(routes.get(name))
                          .filter(route -> !UNDECIDED.contains(route.state()))
                          .isPresent());
      if (decided || System.nanoTime() - deadline > 0) {
        return List.copyOf(routes.values());
      }
      Thread.sleep(LOOK.toMillis());
    }
  }

  private Stream<ServiceReference<?>> references() {
    try {
      return Optional.ofNullable(context.getAllServiceReferences(SERVICE, null)).stream()
          .flatMap(Arrays::stream);
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException("No filter was given.", e);
    }
  }

  private static String text(ServiceReference<?> reference, String key) {
    return Optional.ofNullable(reference.getProperty(key)).map(Object::toString).orElse("");
  }
}
