package io.sallyport.hw;

import io.sallyport.tls.key.KeyProvider;
import io.sallyport.tls.stack.StackEvent;
import io.sallyport.tls.stack.StackEventListener;
import io.sallyport.tls.stack.StackEventType;
import io.sallyport.tls.stack.StackListener;
import io.sallyport.tls.stack.TlsStackOps;
import io.sallyport.tls.stack.TlsStacks;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * Publishes the provider's {@link TlsStackOps} on the plain stack that is active, or was before the
 * provider's own one became so; where that is not there, on the best one. When the plain stack
 * goes, another one is published before the old one is taken back, so that a gateway which runs on
 * it finds its successor.
 *
 * <p>Only stacks that the platform's gate lets pass are used: what carries the provider's traffic
 * carries the platform's.
 */
final class StackPublisher
    implements StackListener,
        StackEventListener,
        ServiceTrackerCustomizer<TlsStackOps, TlsStackOps>,
        AutoCloseable {
  /** Never chosen by rank: to show a hardware identity is somebody's decision. */
  private static final int RANKING = -100;

  private static final String STACK_PROPERTY = "sallyport.stack";
  private static final int PERMIT_SECONDS = 60;

  private final BundleContext context;
  private final KeyProvider provider;
  private final Executor later;
  private final ServiceTracker<TlsStackOps, TlsStackOps> plainStacks;
  private final ServiceTracker<TlsStacks, TlsStacks> platforms;

  /** Guards what follows; never held while a service is registered or unregistered. */
  private final Object lock = new Object();

  /** Best-ranked first. */
  private final SortedMap<ServiceReference<TlsStackOps>, TlsStackOps> found =
      new TreeMap<>(Comparator.reverseOrder());

  private String active = "";
  private boolean open;
  private boolean closed;
  private volatile boolean restricted;

  /** A permit, not a monitor: services are registered and unregistered with it. */
  private final Semaphore publishing = new Semaphore(1);

  private volatile @Nullable Published published;

  private record Published(KeyedStack stack, ServiceRegistration<TlsStackOps> registration) {}

  /**
   * Publishes nothing yet.
   *
   * @param later where the published stack is exchanged after another one became active
   */
  StackPublisher(BundleContext context, KeyProvider provider, Executor later) {
    this.context = context;
    this.provider = provider;
    this.later = later;
    this.plainStacks = new ServiceTracker<>(context, plain(), this);
    this.platforms = new ServiceTracker<>(context, TlsStacks.class, new Platforms());
  }

  private static Filter plain() {
    try {
      return FrameworkUtil.createFilter(
          "(&("
              + Constants.OBJECTCLASS
              + "="
              + TlsStackOps.class.getName()
              + ")(!("
              + KeyProvider.NAME_PROPERTY
              + "=*)))");
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Begins to publish.
   *
   * @param keyIsRestricted whether the default key goes with certain suites only
   */
  void open(boolean keyIsRestricted) {
    synchronized (lock) {
      if (closed) {
        return;
      }
      open = true;
      restricted = keyIsRestricted;
    }
    platforms.open();
    plainStacks.open();
    publish();
  }

  @Override
  public TlsStackOps addingService(ServiceReference<TlsStackOps> reference) {
    TlsStackOps stack = context.getService(reference);
    synchronized (lock) {
      found.put(reference, stack);
    }
    publish();
    return stack;
  }

  @Override
  public void modifiedService(ServiceReference<TlsStackOps> reference, TlsStackOps stack) {
    // Its rank matters only when it is looked at again.
  }

  @Override
  public void removedService(ServiceReference<TlsStackOps> reference, TlsStackOps stack) {
    synchronized (lock) {
      found.remove(reference);
    }
    publish();
    context.ungetService(reference);
  }

  @Override
  public void activated(String name) {
    synchronized (lock) {
      active = name;
    }
    publishLater();
  }

  /** What was let pass may not be any more. */
  @Override
  public void happened(StackEvent event) {
    if (event.type() == StackEventType.REFUSED) {
      publishLater();
    }
  }

  private void publishLater() {
    later.execute(() -> publish(StackPublisher::unregisterElsewhere));
  }

  /** The platform says which stacks may be used; without it none is. */
  private final class Platforms implements ServiceTrackerCustomizer<TlsStacks, TlsStacks> {
    @Override
    public TlsStacks addingService(ServiceReference<TlsStacks> reference) {
      TlsStacks platform = context.getService(reference);
      publishLater();
      return platform;
    }

    @Override
    public void modifiedService(ServiceReference<TlsStacks> reference, TlsStacks platform) {
      // What it says is asked each time.
    }

    @Override
    public void removedService(ServiceReference<TlsStacks> reference, TlsStacks platform) {
      publishLater();
      context.ungetService(reference);
    }
  }

  /**
   * Publishes on the stack that fits now, if it is another one. Returns when nothing of the old one
   * is needed any more.
   */
  void publish() {
    publish(ServiceRegistration::unregister);
  }

  private interface Unregistration {
    void of(ServiceRegistration<TlsStackOps> registration);
  }

  /**
   * The platform lets an unregistration wait until connections have drained; where the plain stack
   * below stays, nobody needs to wait for that.
   */
  private static void unregisterElsewhere(ServiceRegistration<TlsStackOps> registration) {
    Thread thread =
        new Thread(
            () -> {
              try {
                registration.unregister();
              } catch (IllegalStateException e) {
                // The bundle has been stopped meanwhile, which unregistered it.
              }
            },
            "sallyport-drain");
    thread.setDaemon(true);
    thread.start();
  }

  private void publish(Unregistration unregistration) {
    boolean permitted = false;
    try {
      permitted = publishing.tryAcquire(PERMIT_SECONDS, TimeUnit.SECONDS);
      if (permitted) {
        exchange(unregistration);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (permitted) {
        publishing.release();
      }
    }
  }

  private void exchange(Unregistration unregistration) {
    Optional<TlsStackOps> wanted = wanted();
    Published old = published;
    if (wanted.isPresent() && old != null && old.stack.plain() == wanted.get()) {
      return;
    }
    published = wanted.map(this::register).orElse(null);
    if (old != null) {
      unregistration.of(old.registration);
    }
  }

  private Published register(TlsStackOps plain) {
    KeyedStack stack = new KeyedStack(provider, plain, restricted);
    Map<String, Object> properties =
        Map.of(
            STACK_PROPERTY,
            stack.name(),
            KeyProvider.NAME_PROPERTY,
            provider.name(),
            Constants.SERVICE_RANKING,
            RANKING);
    return new Published(
        stack,
        context.registerService(TlsStackOps.class, stack, FrameworkUtil.asDictionary(properties)));
  }

  private Optional<TlsStackOps> wanted() {
    Map<ServiceReference<TlsStackOps>, TlsStackOps> candidates;
    String preferred;
    synchronized (lock) {
      candidates = open ? new LinkedHashMap<>(found) : Map.of();
      preferred = active;
    }
    TlsStacks platform = platforms.getService();
    List<Map.Entry<ServiceReference<TlsStackOps>, TlsStackOps>> usable =
        platform == null
            ? List.of()
            : candidates.entrySet().stream()
                .filter(entry -> passes(platform, entry.getKey(), entry.getValue()))
                .toList();
    for (Map.Entry<ServiceReference<TlsStackOps>, TlsStackOps> entry : usable) {
      if (preferred.equals(entry.getKey().getProperty(STACK_PROPERTY))) {
        return Optional.of(entry.getValue());
      }
    }
    Published now = published;
    if (now != null && usable.stream().anyMatch(entry -> entry.getValue() == now.stack.plain())) {
      return Optional.of(now.stack.plain());
    }
    return usable.stream().map(Map.Entry::getValue).findFirst();
  }

  private static boolean passes(
      TlsStacks platform, ServiceReference<TlsStackOps> reference, TlsStackOps stack) {
    Bundle bundle = reference.getBundle(); // None when it has just gone.
    return bundle != null && platform.refusal(stack, bundle.getBundleId()).isEmpty();
  }

  @Override
  public void close() {
    synchronized (lock) {
      open = false;
      closed = true;
    }
    publish();
    plainStacks.close();
    platforms.close();
  }
}
