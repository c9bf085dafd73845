package io.sallyport.core.osgi;

import io.sallyport.tls.stack.TlsStackOps;
import java.util.IdentityHashMap;
import java.util.List;
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
  private final IdentityHashMap<TlsStackOps, Bundle> stacks = new IdentityHashMap<>();
  private final Consumer<TlsStackOps> takeBack;

  /**
   * Begins empty.
   *
   * @param takeBack called for each stack of a bundle that stops
   */
  RegisteredByHand(Consumer<TlsStackOps> takeBack) {
    this.takeBack = takeBack;
  }

  synchronized void add(Bundle bundle, TlsStackOps stack) {
    stacks.put(stack, bundle);
  }

  /** Forgets the others. */
  synchronized void keep(Predicate<TlsStackOps> registered) {
    stacks.keySet().removeIf(registered.negate());
  }

  @Override
  public void bundleChanged(BundleEvent event) {
    if (event.getType() == BundleEvent.STOPPING) {
      takeOut(event.getBundle()).forEach(takeBack);
    }
  }

  private synchronized List<TlsStackOps> takeOut(Bundle bundle) {
    List<TlsStackOps> own =
        stacks.keySet().stream().filter(stack -> bundle.equals(stacks.get(stack))).toList();
    own.forEach(stacks::remove);
    return own;
  }
}
