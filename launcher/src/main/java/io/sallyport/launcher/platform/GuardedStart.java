package io.sallyport.launcher.platform;

import io.sallyport.launcher.bootguard.BootGuard;
import io.sallyport.launcher.bootguard.StackBundle;
import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import io.sallyport.launcher.report.LogLines;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.PassedOverStack;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.TlsStacks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.log.LogLevel;

/**
 * Starts the bundles that may publish stacks, so that the guard knows at every moment who could be
 * ending the JVM. Those that started well before start together, new ones alone. One that is under
 * suspicion, or that the operator added and that is new, waits until core runs: nothing else begins
 * between its start and the end of its first proof. A stack that cannot start does not keep the
 * platform from starting. Thread-safe.
 */
final class GuardedStart {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration APPEARANCE = Duration.ofSeconds(2);
  // Longer than core waits for a better stack before it proves the best of those that are there.
  private static final Duration UNTOUCHED = Duration.ofMillis(400);
  private static final Duration PROOF = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(5);

  private final BundleContext context;
  private final BootGuard guard;
  private final LogLines log;
  private final Map<Bundle, ServiceRegistration<PassedOverStack>> passedOver =
      new LinkedHashMap<>();
  private final AtomicBoolean releasing = new AtomicBoolean();
  private final List<Bundle> together = new ArrayList<>();
  private final List<Bundle> alone = new ArrayList<>();
  private final List<Bundle> singly = new ArrayList<>();

  /**
   * Sorts them out.
   *
   * @param bundles those to guard
   * @param added which of them are the operator's own
   */
  GuardedStart(
      BundleContext context,
      BootGuard guard,
      LogLines log,
      List<Bundle> bundles,
      Set<Bundle> added) {
    this.context = context;
    this.guard = guard;
    this.log = log;
    for (Bundle bundle : bundles) {
      switch (guard.admit(StackBundles.describe(bundle))) {
        case KNOWN -> together.add(bundle);
        case NEW -> (added.contains(bundle) ? singly : alone).add(bundle);
        case SUSPECT -> singly.add(bundle);
        case PASSED_OVER -> passOver(bundle);
      }
    }
  }

  private void passOver(Bundle bundle) {
    StackBundle stack = StackBundles.describe(bundle);
    String name = guard.nameOf(stack);
    String reason = guard.reasonFor(stack);
    log.write(LogLevel.WARN, "Stack " + name + " is passed over at this start: " + reason);
    PassedOverStack service =
        new PassedOver(
            name,
            stack.symbolicName(),
            stack.version(),
            Character.toUpperCase(reason.charAt(0)) + reason.substring(1),
            guard.lastBadStart(stack));
    ServiceRegistration<PassedOverStack> registration =
        context.registerService(PassedOverStack.class, service, null);
    synchronized (passedOver) {
      passedOver.put(bundle, registration);
    }
  }

  /** Before core: what is not to be started while core looks on. */
  void startBeforeCore() throws LauncherException {
    List<Bundle> started = new ArrayList<>();
    for (Bundle bundle : alone) {
      started.addAll(start(List.of(bundle)));
    }
    List<Bundle> known = start(together);
    together.clear();
    together.addAll(known);
    together.addAll(started);
    guard.starting(together.stream().map(StackBundles::describe).toList());
  }

  /** Whether some must be started while core runs and nothing else. */
  boolean hasSuspects() {
    return !singly.isEmpty();
  }

  /** Whether a death of the JVM would be laid at one door while others come and go. */
  boolean hasOneOnly() {
    return together.size() == 1;
  }

  /** While core runs: one after another, each to the end of its first proof. */
  void startSuspects(TlsStacks stacks) throws LauncherException {
    for (Bundle bundle : singly) {
      List<Bundle> started = start(List.of(bundle));
      awaitProof(bundle, stacks);
      startedWell(started, stacks);
    }
  }

  /** Once core has chosen: those that started before it have come through. */
  void endBeforeCore(TlsStacks stacks) throws LauncherException {
    new StackChoice(stacks).awaitSettled();
    startedWell(together, stacks);
  }

  /**
   * Starts these under the guard's eyes.
   *
   * @return those that did start; the others are warned about
   */
  private List<Bundle> start(List<Bundle> bundles) throws LauncherException {
    guard.starting(bundles.stream().map(StackBundles::describe).toList());
    List<Bundle> started = new ArrayList<>(bundles);
    try {
      Map<Bundle, Exception> failures = BundleStarts.together(bundles, START);
      failures.forEach((bundle, failure) -> failed(bundle, BundleStarts.reason(failure)));
      started.removeAll(failures.keySet());
      for (Bundle silent : silent(started)) {
        failed(silent, "it offers no stack; the log says why");
        started.remove(silent);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LauncherException(ExitCode.PLATFORM, "The start was interrupted.", e);
    }
    return started;
  }

  private void failed(Bundle bundle, String why) {
    if (guard.hasEnded()) {
      return; // It fails because the platform ends.
    }
    StackBundle stack = StackBundles.describe(bundle);
    guard.failed(stack, why);
    log.write(
        LogLevel.WARN,
        "Stack " + guard.nameOf(stack) + " did not start (" + why + "); the others go on.");
  }

  /** Those that say they publish a stack, but do not, even though they have time. */
  private List<Bundle> silent(List<Bundle> started) throws InterruptedException {
    Predicate<Bundle> isSilent =
        bundle -> StackBundles.declares(bundle) && !StackBundles.publishes(bundle);
    long deadline = System.nanoTime() + APPEARANCE.toNanos();
    List<Bundle> left = started.stream().filter(isSilent).toList();
    while (!left.isEmpty() && System.nanoTime() - deadline < 0 && !guard.hasEnded()) {
      Thread.sleep(LOOK.toMillis());
      left = left.stream().filter(isSilent).toList();
    }
    return left;
  }

  private void awaitProof(Bundle bundle, TlsStacks stacks) throws LauncherException {
    long start = System.nanoTime();
    boolean touched = false;
    while (true) {
      Optional<StackDTO> candidate = candidate(bundle, stacks);
      if (candidate.isEmpty()) {
        return; // A key provider without a configuration, or a bundle that publishes no stack.
      }
      CandidateState state = candidate.get().state();
      touched |= state != CandidateState.STANDBY || !candidate.get().reason().isEmpty();
      long age = System.nanoTime() - start;
      boolean over = touched ? state != CandidateState.PROVING : age > UNTOUCHED.toNanos();
      if (over || age > PROOF.toNanos() || guard.hasEnded()) {
        return;
      }
      try {
        Thread.sleep(LOOK.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LauncherException(ExitCode.PLATFORM, "The start was interrupted.", e);
      }
    }
  }

  private void startedWell(List<Bundle> bundles, TlsStacks stacks) {
    Map<StackBundle, String> well = new LinkedHashMap<>();
    for (Bundle bundle : bundles) {
      StackBundle stack = StackBundles.describe(bundle);
      well.put(stack, candidate(bundle, stacks).map(StackDTO::name).orElse(guard.nameOf(stack)));
    }
    guard.startedWell(well);
    guard.starting(List.of());
  }

  private static Optional<StackDTO> candidate(Bundle bundle, TlsStacks stacks) {
    return stacks.candidates().stream()
        .filter(candidate -> candidate.bundle().equals(bundle.getSymbolicName()))
        .findFirst();
  }

  /** Starts one that is passed over after all; see {@link ReleaseCommand}. */
  String release(String name, TlsStacks stacks) throws LauncherException {
    if (!releasing.compareAndSet(false, true)) {
      return "Another stack is being released; wait until that is over.";
    }
    try {
      Optional<Map.Entry<Bundle, ServiceRegistration<PassedOverStack>>> released = take(name);
      if (released.isEmpty()) {
        return "No stack '" + name + "' is passed over" + passedOverNow() + ".";
      }
      released.get().getValue().unregister();
      return startReleased(released.get().getKey(), name, stacks);
    } finally {
      releasing.set(false);
    }
  }

  private String startReleased(Bundle bundle, String name, TlsStacks stacks)
      throws LauncherException {
    guard.release(StackBundles.describe(bundle));
    List<Bundle> started = start(List.of(bundle));
    awaitProof(bundle, stacks);
    startedWell(started, stacks);
    return started.isEmpty()
        ? "Stack " + name + " did not start; the log says why."
        : "Stack " + name + " has started; nothing is held against it any more.";
  }

  private Optional<Map.Entry<Bundle, ServiceRegistration<PassedOverStack>>> take(String name) {
    synchronized (passedOver) {
      Optional<Map.Entry<Bundle, ServiceRegistration<PassedOverStack>>> found =
          passedOver.entrySet().stream()
              .filter(
                  entry ->
                      name.equals(entry.getKey().getSymbolicName())
                          || name.equals(nameOf(entry.getKey())))
              .findFirst()
              .map(entry -> Map.entry(entry.getKey(), entry.getValue()));
      found.ifPresent(entry -> passedOver.remove(entry.getKey()));
      return found;
    }
  }

  private String passedOverNow() {
    List<String> names = passedOverNames();
    return names.isEmpty() ? "; none is" : "; these are: " + String.join(", ", names);
  }

  /** The names of those that are passed over now. */
  List<String> passedOverNames() {
    synchronized (passedOver) {
      return passedOver.keySet().stream().map(this::nameOf).toList();
    }
  }

  private String nameOf(Bundle bundle) {
    return guard.nameOf(StackBundles.describe(bundle));
  }
}
