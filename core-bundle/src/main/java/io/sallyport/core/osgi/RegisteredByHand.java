package io.sallyport.core.osgi;

import io.sallyport.core.registry.Candidate;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;

/**
 * Stacks that bundles registered by ESP-TLS's call. Nobody takes them back when the bundle goes;
 * for a service the framework does. Thread-safe; nothing outside is called with the lock.
 */
final class RegisteredByHand implements SynchronousBundleListener {
  private final IdentityHashMap<Candidate, Set<Bundle>> stacks = new IdentityHashMap<>();
  private final Consumer<Candidate> takeBack;

  /**
   * Begins empty.
   *
   * @param takeBack called for each stack of a bundle that stops
   */
  RegisteredByHand(Consumer<Candidate> takeBack) {
    this.takeBack = takeBack;
  }

  /** A stack is going to be registered that needs these bundles. */
  synchronized void add(Candidate stack, Set<Bundle> bundles) {
    stacks.put(stack, bundles);
  }

  /** It was not registered. */
  synchronized void remove(Candidate stack) {
    stacks.remove(stack);
  }

  /** A stack has been registered: takes it back when one of its bundles stopped meanwhile. */
  void registered(Candidate stack, Set<Bundle> bundles) {
    add(stack, bundles); // It may have been forgotten, as it was not there yet.
    if (!bundles.stream().allMatch(StackSource::isRunning)) {
      remove(stack);
      takeBack.accept(stack);
    }
  }

  /** Forgets the others. */
  synchronized void keep(Predicate<Candidate> registered) {
    stacks.keySet().removeIf(registered.negate());
  }

  @Override
  public void bundleChanged(BundleEvent event) {
    if (event.getType() == BundleEvent.STOPPING) {
      takeOut(event.getBundle()).forEach(takeBack);
    }
  }

  private synchronized List<Candidate> takeOut(Bundle bundle) {
    List<Candidate> own =
        stacks.entrySet().stream()
            .filter(entry -> entry.getValue().contains(bundle))
            .map(Map.Entry::getKey)
            .toList();
    own.forEach(stacks::remove);
    return own;
  }
}
