package io.sallyport.gateway;

import io.sallyport.tls.Tls;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Makes a route of each configuration of the factory PID. A configuration that cannot work does not
 * fail the component: the route then shows what is wrong.
 */
@Component(
    configurationPid = RouteComponent.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    immediate = true,
    service = {})
@Designate(ocd = RouteConfiguration.class, factory = true)
public final class RouteComponent {
  /** The factory PID of routes. */
  static final String PID = "io.sallyport.gateway.route";

  private static final String BASE = "sallyport.config.dir";
  private static final long CHANGE_MS = 30_000;

  private final Gateway gateway;
  private final BundleContext context;
  private final Route route;
  private final ServiceRegistration<RouteStatus> registration;

  /** Starts the route. */
  @Activate
  public RouteComponent(
      @Reference Tls tls,
      @Reference Gateway gateway,
      @Reference(service = LoggerFactory.class) Logger logger,
      BundleContext context,
      Map<String, Object> properties) {
    this.gateway = gateway;
    this.context = context;
    Path base = Path.of(Optional.ofNullable(context.getProperty(BASE)).orElse(""));
    String name = RouteSettings.nameOf(properties);
    Publication publication = new Publication();
    this.route =
        new Route(
            name,
            gateway,
            tls,
            base.toAbsolutePath(),
            new OsgiRouteLog(logger),
            publication::update);
    Status status = new Status(gateway, route);
    this.registration = context.registerService(RouteStatus.class, status, describe(route));
    publication.of(registration, route);
    gateway.routes().add(route);
    gateway.run(() -> route.apply(properties), CHANGE_MS);
  }

  /** Uses a changed configuration. */
  @Modified
  void modified(Map<String, Object> properties) {
    gateway.run(() -> route.apply(properties), CHANGE_MS);
  }

  /** Ends the route. */
  @Deactivate
  void deactivate() {
    registration.unregister();
    if (context.getBundle().getState() == Bundle.STOPPING) {
      // All routes will go: let their connections end at the same time.
      gateway.run(() -> gateway.routes().forEach(Route::beginStop), CHANGE_MS);
    }
    gateway.routes().remove(route);
    gateway.run(route::stop, CHANGE_MS);
  }

  private static Dictionary<String, Object> describe(Route route) {
    RouteDTO now = route.status();
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("route.name", now.name);
    properties.put("route.mode", now.mode);
    properties.put("route.listen", now.listen);
    properties.put("route.target", now.target);
    properties.put("route.state", now.state.name());
    properties.put("route.problem", now.problem);
    return FrameworkUtil.asDictionary(properties);
  }

  /** Keeps the service's properties as the route is. */
  private static final class Publication {
    private Optional<Runnable> update = Optional.empty();

    synchronized void of(ServiceRegistration<RouteStatus> registration, Route route) {
      update = Optional.of(() -> registration.setProperties(describe(route)));
    }

    private synchronized Optional<Runnable> current() {
      return update;
    }

    void update() {
      try {
        current().ifPresent(Runnable::run);
      } catch (IllegalStateException e) {
        // The service is gone already: the route is being ended.
      }
    }
  }

  private record Status(Gateway gateway, Route route) implements RouteStatus {
    @Override
    public RouteDTO status() {
      return route.status();
    }

    @Override
    public void reload() {
      gateway.run(route::reload, CHANGE_MS);
    }
  }
}
