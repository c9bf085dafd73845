package io.sallyport.itest;

import io.sallyport.tls.Tls;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.StackEvent;
import io.sallyport.tls.stack.StackEventListener;
import io.sallyport.tls.stack.StackEventType;
import io.sallyport.tls.stack.TlsStacks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.log.LogReaderService;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The distribution's bundles in a framework of this JVM, which shares the API's types with the
 * tests, as the launcher does: so a test holds the services in its hands and may still throw
 * bundles at them.
 */
final class Platform implements AutoCloseable {
  private static final String ROUTE_PID = "io.sallyport.gateway.route";
  private static final String REVISION = "test.revision";

  private final Framework framework;
  private final Path folder;
  private final List<StackEvent> events = new CopyOnWriteArrayList<>();
  private final List<Configuration> routes = new ArrayList<>();
  private final LogLines log;
  private int revision;

  private Platform(Framework framework, Path folder) {
    this.framework = framework;
    this.folder = folder;
    this.log = new LogLines(framework.getBundleContext());
    framework.getBundleContext().registerService(StackEventListener.class, events::add, null);
  }

  /** Starts it with this configuration of the core, and waits for the three stacks. */
  static Platform start(Map<String, ?> core) throws Exception {
    Path folder = Files.createTempDirectory(Files.createDirectories(Settings.work()), "platform");
    Map<String, String> settings = new HashMap<>();
    settings.put(Constants.FRAMEWORK_STORAGE, folder.resolve("cache").toString());
    settings.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, sharedPackages());
    settings.put(
        Constants.FRAMEWORK_BOOTDELEGATION, "jdk.jfr.internal,jdk.jfr.internal.*,sun.nio.ch");
    settings.put("felix.bootdelegation.implicit", "false");
    settings.put("felix.service.urlhandlers", "false");
    settings.put("felix.cache.locking", "false");
    settings.put("felix.log.level", "1");
    settings.put("ds.loglevel", "warn");
    settings.put("org.osgi.service.log.admin.loglevel", "INFO");
    settings.put("sallyport.config.dir", folder.toString());
    Framework framework = new FrameworkFactory().newFramework(settings);
    framework.start();
    List<Bundle> bundles = new ArrayList<>();
    for (Path jar : ContainerOptions.jars(Settings.distribution().resolve("bundles"))) {
      String name = jar.getFileName().toString();
      if (!name.startsWith("jline") && !name.contains("gogo.jline")) {
        bundles.add(framework.getBundleContext().installBundle(jar.toUri().toString()));
      }
    }
    startAll(bundles, bundle -> bundle.getSymbolicName().startsWith("org.apache.felix."));
    Platform platform = new Platform(framework, folder);
    platform.configure(core);
    startAll(bundles, bundle -> bundle.getSymbolicName().startsWith("io.sallyport.stack."));
    startAll(bundles, bundle -> true);
    Await.until(
        "three stacks are candidates and one is active",
        () ->
            platform.stacks().candidates().size() >= 3
                && platform.stacks().registered().isPresent());
    return platform;
  }

  private static void startAll(List<Bundle> bundles, Predicate<Bundle> which)
      throws BundleException {
    for (Bundle bundle : bundles) {
      if (which.test(bundle) && bundle.getHeaders("").get("Fragment-Host") == null) {
        bundle.start();
      }
    }
  }

  private static String sharedPackages() throws IOException {
    StringBuilder packages = new StringBuilder();
    for (Path jar :
        List.of(
            Settings.api(),
            Settings.jarOf(ConfigurationAdmin.class),
            Settings.jarOf(LogReaderService.class))) {
      try (JarFile file = new JarFile(jar.toFile())) {
        packages
            .append(packages.length() == 0 ? "" : ",")
            .append(file.getManifest().getMainAttributes().getValue("Export-Package"));
      }
    }
    return packages.toString();
  }

  BundleContext context() {
    return framework.getBundleContext();
  }

  TlsStacks stacks() throws Exception {
    return service(TlsStacks.class);
  }

  Tls tls() throws Exception {
    return service(Tls.class);
  }

  private <T> T service(Class<T> type) throws Exception {
    ServiceTracker<T, T> tracker = new ServiceTracker<>(context(), type, null);
    tracker.open();
    T service = tracker.waitForService(30_000);
    if (service == null) {
      throw new AssertionError("There is no " + type.getName());
    }
    return service;
  }

  /** Configures the core, and waits until that holds; what is not given has its default. */
  void configure(Map<String, ?> core) throws Exception {
    revision++;
    Hashtable<String, Object> values = new Hashtable<>(core);
    values.put(REVISION, revision);
    service(ConfigurationAdmin.class).getConfiguration("io.sallyport.core", "?").update(values);
    Await.until(
        "the configuration holds",
        () -> {
          // The properties of a component become its service's after it was told of them.
          ServiceReference<Tls> stacks = context().getServiceReference(Tls.class);
          return stacks == null || Integer.valueOf(revision).equals(stacks.getProperty(REVISION));
        });
  }

  /** Configures it, and what was swapped to by hand does not count any more. */
  void configureAnew(Map<String, ?> core) throws Exception {
    Map<String, Object> other = new HashMap<>(core);
    other.put("stack", "(service.id>=0)");
    configure(other);
    configure(core);
  }

  /** Configures anything else. */
  void configure(String pid, Map<String, ?> values) throws Exception {
    service(ConfigurationAdmin.class).getConfiguration(pid, "?").update(new Hashtable<>(values));
  }

  /** Takes a configuration away. */
  void unconfigure(String pid) throws Exception {
    service(ConfigurationAdmin.class).getConfiguration(pid, "?").delete();
  }

  /** Configures a route, waits until it listens and gives its port. */
  int route(String name, Map<String, ?> values) throws Exception {
    Configuration route =
        service(ConfigurationAdmin.class).getFactoryConfiguration(ROUTE_PID, name, "?");
    routes.add(route);
    route.update(new Hashtable<>(values));
    Await.until(
        "route " + name + " listens; problem: " + property(name, "route.problem"),
        () -> property(name, "route.state").equals("LISTENING"));
    return Integer.parseInt(property(name, "route.listen").replaceAll(".*:", ""));
  }

  /** Takes every route away again. */
  void removeRoutes() throws IOException {
    for (Configuration route : routes) {
      route.delete();
    }
    routes.clear();
  }

  private String property(String route, String key) throws Exception {
    ServiceReference<?>[] found =
        context()
            .getAllServiceReferences(
                "io.sallyport.gateway.RouteStatus", "(route.name=" + route + ")");
    return found == null ? "" : String.valueOf(found[0].getProperty(key));
  }

  /** A file of the configuration's folder. */
  String file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content).toString();
  }

  Bundle install(Path jar) throws BundleException {
    return context().installBundle(jar.toUri().toString());
  }

  Bundle bundle(String symbolicName) {
    return Arrays.stream(context().getBundles())
        .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
        .findFirst()
        .orElseThrow();
  }

  /** Takes what is left of bundles out of use at once. */
  void refresh(Bundle... bundles) throws InterruptedException {
    CountDownLatch refreshed = new CountDownLatch(1);
    framework
        .adapt(FrameworkWiring.class)
        .refreshBundles(List.of(bundles), event -> refreshed.countDown());
    if (!refreshed.await(60, TimeUnit.SECONDS)) {
      throw new AssertionError("The framework does not refresh.");
    }
  }

  Optional<StackDTO> candidate(String stack) throws Exception {
    return stacks().candidates().stream()
        .filter(candidate -> candidate.name().equals(stack))
        .findFirst();
  }

  StackDTO stack(String name) throws Exception {
    return candidate(name).orElseThrow(() -> new AssertionError("There is no stack " + name));
  }

  CandidateState state(String stack) throws Exception {
    return stack(stack).state();
  }

  String active() throws Exception {
    // Not by the stack itself: that may be a broken one.
    return stacks().candidates().stream()
        .filter(candidate -> candidate.state() == CandidateState.ACTIVE)
        .map(StackDTO::name)
        .findFirst()
        .orElse("");
  }

  void awaitActive(String stack) throws Exception {
    try {
      Await.until(stack + " is active", () -> active().equals(stack));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; " + stacks().candidates() + " " + events, e);
    }
  }

  /** How many events there were; for {@link #awaitEvent}. */
  int told() {
    return events.size();
  }

  List<StackEvent> eventsSince(int known) {
    return List.copyOf(events).stream().skip(known).toList();
  }

  /** Waits for an event after the first so many. */
  StackEvent awaitEvent(int known, StackEventType type, String... parts) throws Exception {
    Predicate<StackEvent> fits =
        event -> event.type() == type && LogLines.holds(event.sentence(), parts);
    try {
      Await.until("an event " + type, () -> eventsSince(known).stream().anyMatch(fits));
    } catch (AssertionError e) {
      throw new AssertionError(
          e.getMessage() + " " + List.of(parts) + "; there are " + eventsSince(known), e);
    }
    return eventsSince(known).stream().filter(fits).findFirst().orElseThrow();
  }

  LogLines log() {
    return log;
  }

  /** What a command of the shell prints. */
  String shell(String command) throws Exception {
    Object processor =
        context()
            .getService(
                context().getServiceReference("org.apache.felix.service.command.CommandProcessor"));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      // Not the tests' own types: the shell's API comes from its bundle.
      Object session =
          processor
              .getClass()
              .getMethod("createSession", InputStream.class, OutputStream.class, OutputStream.class)
              .invoke(processor, InputStream.nullInputStream(), out, out);
      Object result =
          session.getClass().getMethod("execute", CharSequence.class).invoke(session, command);
      return said.toString(StandardCharsets.UTF_8) + (result == null ? "" : result);
    }
  }

  /** The line of a table that begins with a word. */
  String shellLine(String command, String first) throws Exception {
    String said = shell(command);
    return said.lines()
        .filter(line -> line.startsWith(first + " "))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No line of " + first + " in:\n" + said));
  }

  @Override
  public void close() throws IOException {
    try {
      framework.stop();
      framework.waitForStop(60_000);
    } catch (BundleException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    log.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
