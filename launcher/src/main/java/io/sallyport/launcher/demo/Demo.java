package io.sallyport.launcher.demo;

import io.sallyport.launcher.platform.Platform;
import io.sallyport.launcher.platform.Routes;
import io.sallyport.launcher.platform.StackChoice;
import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import io.sallyport.launcher.report.Terminal;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.key.KeyHealth;
import io.sallyport.tls.key.KeyProvider;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.SwapResult;
import io.sallyport.tls.stack.TlsStacks;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.ConfigurationAdmin;

/** The demonstration. */
public final class Demo {
  private static final String CORE = "io.sallyport.core";
  private static final String ROUTE = "demo";
  private static final long BYTES_PER_SECOND = 32_000_000;
  private static final int VISITS_PER_SECOND = 20;
  private static final int VISITORS = 4;
  private static final int SECONDS_FOR_TWO_ROUNDS = 14;
  private static final int LOOK_MS = 10;
  private static final Duration ROUTE_WAIT = Duration.ofSeconds(20);
  private static final Duration END_WAIT = Duration.ofSeconds(20);
  private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Platform platform;
  private final Show show;
  private final Duration length;
  private final int port;
  private final Optional<DemoKey> key;
  private final Tally tally = new Tally();

  /**
   * Prepares a demonstration.
   *
   * @param platform booted; its other bundles are started here
   * @param length how long traffic flows
   * @param port where the gateway listens; 0 for a free port
   * @param provider the provider of the gateway's private key; empty for a file
   */
  public Demo(
      Platform platform,
      Terminal terminal,
      Duration length,
      int port,
      Optional<KeyChoice> provider) {
    this.platform = platform;
    this.show = new Show(terminal);
    this.length = length;
    this.port = port;
    this.key = provider.map(KeyChoice::key);
  }

  /**
   * Runs it.
   *
   * @return whether nothing failed
   */
  public boolean run() throws LauncherException, InterruptedException {
    show.title();
    try (Backend backend = Backend.start(new Pace(BYTES_PER_SECOND))) {
      DemoCertificates certificates = DemoCertificates.create(platform.folder());
      configure(certificates, backend.port());
      TlsStacks stacks = platform.service(TlsStacks.class);
      int listening = awaitRoute();
      new StackChoice(stacks).awaitSettled();
      List<StackDTO> candidates = candidates(stacks);
      show.setUp(
          listening,
          backend.port(),
          certificates,
          key.map(own -> own.words()),
          BYTES_PER_SECOND,
          VISITS_PER_SECOND,
          candidates.stream()
              .map(stack -> stack.name() + " " + stack.libraryVersion())
              .collect(Collectors.joining(", ")));
      Client client = new Client(certificates.clientContext(), listening, stacks, tally);
      drive(backend, client, stacks, targets(candidates));
    } catch (IOException | GeneralSecurityException e) {
      throw new LauncherException(
          ExitCode.FAILURE, "The demo cannot be set up: " + e.getMessage() + ".", e);
    }
    return tally.failures() == 0;
  }

  /** The route comes last: with a key in hardware it needs a certificate for that. */
  private void configure(DemoCertificates certificates, int backendPort)
      throws LauncherException, IOException, GeneralSecurityException, InterruptedException {
    ConfigurationAdmin admin = platform.service(ConfigurationAdmin.class);
    admin
        .getConfiguration(CORE, "?")
        .update(
            FrameworkUtil.asDictionary(
                // The download outlives every stack that it runs over.
                Map.of("drain.deadline.ms", length.plus(END_WAIT).toMillis())));
    Map<String, Object> route = new HashMap<>();
    route.put("mode", "terminate");
    route.put("listen", "127.0.0.1:" + port);
    route.put("target", "127.0.0.1:" + backendPort);
    if (key.isPresent()) {
      HardwareIdentity identity = new HardwareIdentity(key.get(), platform);
      route.putAll(identity.establish(admin, certificates));
    } else {
      route.put("server.certificate", certificates.certificateFile().toString());
      route.put("server.key", certificates.keyFile().toString());
    }
    admin.getFactoryConfiguration(Routes.PID, ROUTE, "?").update(FrameworkUtil.asDictionary(route));
    if (key.isEmpty()) {
      platform.startAll();
    }
  }

  private int awaitRoute() throws LauncherException, InterruptedException {
    List<Routes.Route> routes = new Routes(platform.context()).await(Set.of(ROUTE), ROUTE_WAIT);
    for (Routes.Route route : routes) {
      if (route.listens()) {
        return Integer.parseInt(route.listen().substring(route.listen().lastIndexOf(':') + 1));
      }
      if (!route.problem().isEmpty()) {
        throw new LauncherException(ExitCode.FAILURE, route.problem());
      }
    }
    throw new LauncherException(
        ExitCode.FAILURE,
        "The demo's route did not come up within "
            + ROUTE_WAIT.toSeconds()
            + " s; look at the lines above.");
  }

  /**
   * Each stack once, the key's own among them: that one is published when its device was found, and
   * anew when the stack under it changes.
   */
  private List<StackDTO> candidates(TlsStacks stacks) throws InterruptedException {
    long end = System.nanoTime() + ROUTE_WAIT.toNanos();
    Map<String, StackDTO> byName = new LinkedHashMap<>();
    boolean settled = false;
    while (!settled) {
      byName.clear();
      List<StackDTO> all = stacks.candidates();
      all.forEach(stack -> byName.put(stack.name(), stack));
      boolean hasKey = key.isEmpty() || byName.containsKey(key.get().provider());
      settled = (hasKey && byName.size() == all.size()) || System.nanoTime() > end;
      if (!settled) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      }
    }
    return List.copyOf(byName.values());
  }

  /** Where to swap to, one after another: round all stacks and back to the first one. */
  private List<String> targets(List<StackDTO> candidates) {
    List<String> inOrder = new ArrayList<>();
    candidates.stream()
        .filter(stack -> stack.state() == CandidateState.ACTIVE)
        .forEach(stack -> inOrder.add(stack.name()));
    candidates.stream()
        .filter(stack -> stack.state() != CandidateState.REFUSED)
        .filter(stack -> stack.state() != CandidateState.ACTIVE)
        .forEach(stack -> inOrder.add(stack.name()));
    List<String> targets = new ArrayList<>();
    int rounds = length.toSeconds() >= SECONDS_FOR_TWO_ROUNDS ? 2 : 1;
    for (int round = 0; round < rounds; round++) {
      targets.addAll(inOrder.subList(1, inOrder.size()));
      targets.add(inOrder.get(0));
    }
    return targets;
  }

  private void drive(Backend backend, Client client, TlsStacks stacks, List<String> targets)
      throws LauncherException, InterruptedException {
    long start = System.nanoTime();
    CompletableFuture<StreamDigest.Passed> received = download(client);
    ScheduledExecutorService visitors = new ScheduledThreadPoolExecutor(VISITORS, Demo::daemon);
    ScheduledExecutorService reporter = new ScheduledThreadPoolExecutor(1, Demo::daemon);
    List<SwapResult> swaps = new ArrayList<>();
    try {
      startVisits(visitors, client);
      Seconds seconds = new Seconds(start, stacks);
      seconds.every(reporter);
      for (int i = 0; i < targets.size(); i++) {
        sleepUntil(start + length.toNanos() * (i + 1) / (targets.size() + 1));
        swap(stacks, targets.get(i), start, swaps);
      }
      sleepUntil(start + length.toNanos());
    } finally {
      reporter.shutdownNow();
      visitors.shutdown();
      backend.finishStream();
    }
    if (!visitors.awaitTermination(END_WAIT.toSeconds(), TimeUnit.SECONDS)) {
      tally.failure("A short connection did not end.");
    }
    Transfer transfer = transfer(backend, received);
    if (!transfer.isExact()) {
      tally.failure("The download is not what was sent.");
    }
    Optional<KeyHealth> health =
        key.isEmpty()
            ? Optional.empty()
            : Optional.of(platform.service(KeyProvider.class).health());
    show.summary(tally, swaps, transfer, health);
  }

  private CompletableFuture<StreamDigest.Passed> download(Client client) {
    CompletableFuture<StreamDigest.Passed> received = new CompletableFuture<>();
    daemon(
            () -> {
              try {
                received.complete(client.download());
              } catch (IOException | RuntimeException e) {
                received.completeExceptionally(e);
              }
            })
        .start();
    return received;
  }

  private static void startVisits(ScheduledExecutorService visitors, Client client) {
    long period = TimeUnit.SECONDS.toMillis(VISITORS) / VISITS_PER_SECOND;
    for (int i = 0; i < VISITORS; i++) {
      var unused =
          visitors.scheduleAtFixedRate(
              client::visit, i * period / VISITORS, period, TimeUnit.MILLISECONDS);
    }
  }

  private void swap(TlsStacks stacks, String target, long start, List<SwapResult> swaps) {
    try {
      SwapResult result = stacks.swap(target);
      swaps.add(result);
      show.swap(since(start), result);
    } catch (TlsException e) {
      tally.failure("The swap to " + target + " failed: " + e.getMessage());
      show.swapFailed(since(start), target, String.valueOf(e.getMessage()));
    }
  }

  private Transfer transfer(Backend backend, CompletableFuture<StreamDigest.Passed> received)
      throws InterruptedException {
    return new Transfer(
        ended("The backend's side of the download", backend.sent()),
        ended("The client's side of the download", received));
  }

  private StreamDigest.Passed ended(String side, CompletableFuture<StreamDigest.Passed> passed)
      throws InterruptedException {
    try {
      return passed.get(END_WAIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      tally.failure(side + " failed: " + e.getCause() + ".");
    } catch (TimeoutException e) {
      tally.failure(side + " did not end within " + END_WAIT.toSeconds() + " s.");
    }
    return new StreamDigest.Passed(0, "-".repeat(64));
  }

  /** Reports each second. Confined to one thread. */
  private final class Seconds {
    private final long start;
    private final TlsStacks stacks;
    private long lastTime;
    private long lastHandshakes;
    private long lastBytes;

    Seconds(long start, TlsStacks stacks) {
      this.start = start;
      this.stacks = stacks;
      this.lastTime = start;
    }

    void every(ScheduledExecutorService executor) {
      var unused = executor.scheduleAtFixedRate(this::report, 1, 1, TimeUnit.SECONDS);
    }

    private void report() {
      long now = System.nanoTime();
      long handshakes = tally.handshakes();
      long bytes = tally.bytes();
      double passed = (now - lastTime) / SECOND;
      show.second(
          since(start),
          stacks.registered().map(stack -> stack.name()).orElse("none"),
          (handshakes - lastHandshakes) / passed,
          (bytes - lastBytes) / passed,
          tally.failures());
      lastTime = now;
      lastHandshakes = handshakes;
      lastBytes = bytes;
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "sallyport-demo");
    thread.setDaemon(true);
    return thread;
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / SECOND;
  }

  private static void sleepUntil(long time) throws InterruptedException {
    long wait = time - System.nanoTime();
    if (wait > 0) {
      TimeUnit.NANOSECONDS.sleep(wait);
    }
  }
}
