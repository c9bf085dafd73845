package io.sallyport.launcher.platform;

import io.sallyport.launcher.bootguard.BootGuard;
import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import io.sallyport.launcher.report.LogLines;
import io.sallyport.tls.stack.TlsStacks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.log.LogLevel;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The running framework. Bundles start in two steps: first what carries the others (log,
 * configuration, components), then, once configurations are there, everything else, so that each
 * component begins with its configuration. Thread-safe.
 */
public final class Platform implements AutoCloseable {
  private static final Duration SERVICE_WAIT = Duration.ofSeconds(20);
  private static final Duration START_WAIT = Duration.ofSeconds(60);
  private static final Duration STOP_WAIT = Duration.ofSeconds(10);
  private static final int FOUNDATION_LEVEL = 1;
  private static final int LIBRARY_LEVEL = 2;
  private static final int STACK_LEVEL = 3;
  private static final int CORE_LEVEL = 4;
  private static final int GATEWAY_LEVEL = 5;
  private static final int SHELL_LEVEL = 6;
  private static final Set<String> FOUNDATION =
      Set.of(
          "org.apache.felix.log",
          "org.apache.felix.configadmin",
          "org.apache.felix.metatype",
          "org.apache.felix.scr");

  private final Framework framework;
  private final WorkFolder folder;
  private final List<Bundle> bundles;

  private final Set<Bundle> added;
  private final BootGuard guard;
  private final LogLines log;
  private volatile Optional<GuardedStart> guarded = Optional.empty();

  private Platform(
      Framework framework,
      WorkFolder folder,
      List<Bundle> bundles,
      Set<Bundle> added,
      BootGuard guard,
      LogLines log) {
    this.framework = framework;
    this.folder = folder;
    this.bundles = bundles;
    this.added = added;
    this.guard = guard;
    this.log = log;
  }

  /**
   * Boots the framework and the foundation, with the distribution's own bundles and no guard.
   *
   * @param wanted which bundles to install, by file name
   * @param properties framework properties besides the own ones
   * @param log where log entries go
   */
  public static Platform boot(
      Distribution distribution,
      Predicate<String> wanted,
      Map<String, String> properties,
      LogLines log)
      throws LauncherException {
    return boot(distribution, wanted, AddedBundles.none(), BootGuard.off(log), properties, log);
  }

  /**
   * Boots the framework and the foundation.
   *
   * @param wanted which bundles of the distribution to install, by file name
   * @param added further bundles; one that cannot be installed is warned about
   * @param guard decides which stacks start; closed with the platform
   * @param properties framework properties besides the own ones
   * @param log where log entries go
   */
  public static Platform boot(
      Distribution distribution,
      Predicate<String> wanted,
      AddedBundles added,
      BootGuard guard,
      Map<String, String> properties,
      LogLines log)
      throws LauncherException {
    JavaLogging.redirect(log);
    WorkFolder folder = WorkFolder.create();
    boolean booted = false;
    try {
      Map<String, String> settings = settings(folder, log);
      settings.putAll(properties);
      Framework framework = new FrameworkFactory().newFramework(settings);
      framework.init();
      LogTail.follow(framework.getBundleContext(), log);
      framework.start();
      List<Bundle> all = install(framework, distribution, wanted);
      List<Bundle> further = install(framework, added, log);
      all.addAll(further);
      framework.adapt(FrameworkWiring.class).resolveBundles(null);
      all.sort(Comparator.comparingInt(Platform::levelOf));
      Platform platform = new Platform(framework, folder, all, Set.copyOf(further), guard, log);
      platform.start(bundle -> FOUNDATION.contains(bundle.getSymbolicName()));
      booted = true;
      return platform;
    } catch (BundleException e) {
      throw notStarted("The OSGi framework did not start", e);
    } finally {
      if (!booted) {
        guard.close();
        folder.close();
      }
    }
  }

  private static Map<String, String> settings(WorkFolder folder, LogLines log)
      throws LauncherException {
    Map<String, String> settings = new HashMap<>();
    settings.put(Constants.FRAMEWORK_STORAGE, folder.path().resolve("cache").toString());
    settings.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    settings.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SystemPackages.extra());
    settings.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(SHELL_LEVEL));
    settings.put("felix.cache.locking", "false");
    settings.put("felix.shutdown.hook", "false");
    settings.put("felix.service.urlhandlers", "false");
    // Bundles see nothing of the class path but what the system bundle exports.
    settings.put("felix.bootdelegation.implicit", "false");
    // But the JDK writes calls of its own into every Flight Recorder event, such as Netty's, and
    // Netty's epoll library looks for a class of sun.nio.ch; without it Netty runs on NIO.
    settings.put(
        Constants.FRAMEWORK_BOOTDELEGATION, "jdk.jfr.internal,jdk.jfr.internal.*,sun.nio.ch");
    settings.put("felix.log.level", "1");
    settings.put("ds.loglevel", log.threshold() == LogLevel.TRACE ? "debug" : "warn");
    settings.put("org.osgi.service.log.admin.loglevel", log.threshold().name());
    return settings;
  }

  private static List<Bundle> install(
      Framework framework, Distribution distribution, Predicate<String> wanted)
      throws LauncherException {
    List<Bundle> installed = new ArrayList<>();
    for (Path jar : distribution.bundles()) {
      if (wanted.test(jar.getFileName().toString())) {
        try {
          // "reference:" reads the jar where it is instead of copying it into the cache.
          Bundle bundle = framework.getBundleContext().installBundle("reference:" + jar.toUri());
          bundle.adapt(BundleStartLevel.class).setStartLevel(level(bundle.getSymbolicName()));
          installed.add(bundle);
        } catch (BundleException e) {
          throw notStarted("'" + jar + "' cannot be installed", e);
        }
      }
    }
    return installed;
  }

  /** One bad file of the operator's must not keep the gateway from starting. */
  private static List<Bundle> install(Framework framework, AddedBundles added, LogLines log) {
    List<Bundle> installed = new ArrayList<>();
    for (Path jar : added.jars()) {
      try {
        Bundle bundle = framework.getBundleContext().installBundle("reference:" + jar.toUri());
        bundle.adapt(BundleStartLevel.class).setStartLevel(STACK_LEVEL);
        installed.add(bundle);
      } catch (BundleException | RuntimeException e) {
        log.write(
            LogLevel.WARN,
            "'" + jar + "' is no bundle that can be installed (" + e.getMessage() + ").");
      }
    }
    return installed;
  }

  private static int levelOf(Bundle bundle) {
    return bundle.adapt(BundleStartLevel.class).getStartLevel();
  }

  /**
   * In which order bundles start; they stop in the opposite one. So core finds every stack when it
   * begins, and the gateway can still end its connections in order when it stops.
   */
  private static int level(String symbolicName) {
    if (FOUNDATION.contains(symbolicName)) {
      return FOUNDATION_LEVEL;
    }
    if (symbolicName.contains(".gogo.")) {
      return SHELL_LEVEL;
    }
    if (symbolicName.startsWith("io.sallyport.stack.")) {
      return STACK_LEVEL;
    }
    return switch (symbolicName) {
      case "io.sallyport.core" -> CORE_LEVEL;
      case "io.sallyport.gateway" -> GATEWAY_LEVEL;
      default -> LIBRARY_LEVEL;
    };
  }

  /** Starts everything that is not running yet; the stacks as the guard wants it. */
  public void startAll() throws LauncherException {
    List<Bundle> stacks =
        bundles.stream().filter(this::isGuarded).filter(Platform::doesSomething).toList();
    GuardedStart start = new GuardedStart(context(), guard, log, stacks, added);
    guarded = Optional.of(start);
    start(bundle -> levelOf(bundle) < CORE_LEVEL && !isGuarded(bundle));
    start.startBeforeCore();
    start(bundle -> levelOf(bundle) == CORE_LEVEL);
    if (!guard.isOn()) {
      start(bundle -> levelOf(bundle) > CORE_LEVEL);
      return;
    }
    TlsStacks choice = service(TlsStacks.class);
    if (start.hasSuspects() || start.hasOneOnly()) {
      start.endBeforeCore(choice);
      start.startSuspects(choice);
      start(bundle -> levelOf(bundle) > CORE_LEVEL);
    } else {
      start(bundle -> levelOf(bundle) > CORE_LEVEL);
      start.endBeforeCore(choice);
    }
    new ReleaseCommand(start, choice).offer(context());
  }

  /** What may publish a stack, and whatever the operator added. */
  private boolean isGuarded(Bundle bundle) {
    return added.contains(bundle)
        || (levelOf(bundle) < CORE_LEVEL && StackBundles.mayPublish(bundle));
  }

  /** The names of the stacks that were passed over and still are. */
  public List<String> passedOver() {
    return guarded.map(GuardedStart::passedOverNames).orElse(List.of());
  }

  /** Starts the chosen bundles that do something, level by level; libraries need no start. */
  private void start(Predicate<Bundle> chosen) throws LauncherException {
    SortedMap<Integer, List<Bundle>> levels = new TreeMap<>();
    for (Bundle bundle : bundles) {
      if (chosen.test(bundle) && doesSomething(bundle)) {
        int level = levelOf(bundle);
        levels.computeIfAbsent(level, any -> new ArrayList<>()).add(bundle);
      }
    }
    for (List<Bundle> level : levels.values()) {
      startTogether(level);
    }
  }

  private static void startTogether(List<Bundle> together) throws LauncherException {
    try {
      for (Map.Entry<Bundle, Exception> failure :
          BundleStarts.together(together, START_WAIT).entrySet()) {
        throw notStarted(
            "Bundle " + failure.getKey().getSymbolicName() + " did not start", failure.getValue());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notStarted("The start was interrupted", e);
    }
  }

  private static boolean doesSomething(Bundle bundle) {
    boolean fragment =
        (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    return !fragment
        && (bundle.getHeaders("").get(Constants.BUNDLE_ACTIVATOR) != null
            || bundle.getHeaders("").get("Service-Component") != null);
  }

  private static LauncherException notStarted(String what, Exception cause) {
    return new LauncherException(
        ExitCode.PLATFORM,
        what + " (" + cause.getMessage() + "); build the distribution again.",
        cause);
  }

  /** The process's private temporary folder, which goes when the platform is closed. */
  public Path folder() {
    return folder.path();
  }

  /** The framework's own context. */
  public BundleContext context() {
    return framework.getBundleContext();
  }

  /**
   * A service, waited for.
   *
   * @throws LauncherException when it does not come within 20 s
   */
  public <T> T service(Class<T> type) throws LauncherException {
    ServiceTracker<T, T> tracker = new ServiceTracker<>(context(), type, null);
    tracker.open();
    try {
      return Optional.ofNullable(tracker.waitForService(SERVICE_WAIT.toMillis()))
          .orElseThrow(
              () ->
                  new LauncherException(
                      ExitCode.PLATFORM,
                      "The service "
                          + type.getName()
                          + " did not come up; look at the log lines above, or start again with"
                          + " --log-level=debug."));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LauncherException(ExitCode.PLATFORM, "The start was interrupted.", e);
    }
    // The tracker stays open: closing it would give the service back.
  }

  /**
   * Waits until the framework has stopped.
   *
   * @return whether it has
   */
  public boolean awaitStop(Duration wait) throws InterruptedException {
    return framework.waitForStop(wait.toMillis()).getType() != FrameworkEvent.WAIT_TIMEDOUT;
  }

  /** Stops every bundle, waits for that for at most 10 s, and removes the cache. Idempotent. */
  @Override
  public void close() {
    if (codeEndsTheProcess()) {
      guard.leaveMarker();
    } else {
      guard.close();
    }
    try {
      framework.stop();
      awaitStop(STOP_WAIT);
    } catch (BundleException e) {
      // Every bundle has been stopped as far as it could be; the process ends in any case.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      folder.close();
    }
  }

  /** Whether some bundle has called System.exit; a signal ends the process by another way. */
  private static boolean codeEndsTheProcess() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Arrays::stream)
        .anyMatch(
            frame ->
                frame.getClassName().equals(Runtime.class.getName())
                    && frame.getMethodName().equals("exit"));
  }
}
