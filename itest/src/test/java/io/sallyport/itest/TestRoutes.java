package io.sallyport.itest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Routes and other configurations that go with the test that made them. */
final class TestRoutes implements AutoCloseable {
  private static final String PID = "io.sallyport.gateway.route";

  private final BundleContext context;
  private final ConfigurationAdmin admin;
  private final List<Configuration> made = new ArrayList<>();

  TestRoutes(BundleContext context, ConfigurationAdmin admin) {
    this.context = context;
    this.admin = admin;
  }

  /** Configures a component that there is one of. */
  void configure(String pid, Map<String, Object> values) throws IOException {
    update(admin.getConfiguration(pid, "?"), values);
  }

  /** Configures a route, waits until it listens and gives its port. */
  int listening(String name, Map<String, Object> values) throws Exception {
    update(admin.getFactoryConfiguration(PID, name, "?"), values);
    try {
      Await.until(
          "route " + name + " listens", () -> property(name, "route.state").equals("LISTENING"));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; " + property(name, "route.problem"));
    }
    return Integer.parseInt(property(name, "route.listen").replaceAll(".*:", ""));
  }

  private void update(Configuration configuration, Map<String, Object> values) throws IOException {
    made.add(configuration);
    configuration.update(new Hashtable<>(values));
  }

  private String property(String name, String key) throws Exception {
    ServiceReference<?>[] found =
        context.getAllServiceReferences(
            "io.sallyport.gateway.RouteStatus", "(route.name=" + name + ")");
    return found == null ? "" : String.valueOf(found[0].getProperty(key));
  }

  @Override
  public void close() throws IOException {
    for (Configuration configuration : made) {
      configuration.delete();
    }
  }
}
