package io.sallyport.hw;

import io.sallyport.tls.TlsException;
import io.sallyport.tls.key.HardwareKey;
import io.sallyport.tls.key.KeyHealth;
import io.sallyport.tls.key.KeyProvider;
import io.sallyport.tls.stack.StackEventListener;
import io.sallyport.tls.stack.StackListener;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.log.Logger;

/**
 * Everything a provider of hardware keys publishes, from {@link #open} to {@link #close}: the JCA
 * provider "Sallyport-" + name, the {@link KeyProvider} service, and a {@link
 * io.sallyport.tls.stack.TlsStackOps} of the provider's name on whichever plain stack is active.
 *
 * <p>A device that is not there at the start, or is lost, is looked for again and again; meanwhile
 * its keys fail with SE_FAILED. After the end they do so for ever. Thread-safe.
 */
public final class HardwareBundle implements AutoCloseable {
  private static final long RETRY_SECONDS = 5;

  private final String name;
  private final HardwareKeys keys;
  private final ScheduledThreadPoolExecutor keeper;
  private final StackPublisher stacks;
  private final Deque<ServiceRegistration<?>> registrations = new ArrayDeque<>();
  private volatile boolean stackPublished;

  private HardwareBundle(BundleContext context, String name, HardwareKeys keys) {
    this.name = name;
    this.keys = keys;
    this.keeper =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "sallyport-" + name + "-keeper");
              thread.setDaemon(true);
              return thread;
            });
    this.keeper.setRemoveOnCancelPolicy(true);
    this.stacks =
        new StackPublisher(
            context,
            keys.provider(),
            task -> {
              if (!keeper.isShutdown()) {
                keeper.execute(task);
              }
            });
  }

  /**
   * Publishes a provider. Returns at once; the device is asked in the background.
   *
   * @param context the provider's own bundle, which the services belong to
   * @param name the provider's name, such as "atecc608a"
   * @param hardware the device; closed with the result
   * @param limits how much may wait for the device
   * @param logger where the device's state is told
   * @throws TlsException INVALID_STATE when a provider of this name is open already
   */
  public static HardwareBundle open(
      BundleContext context, String name, KeyHardware hardware, Limits limits, Logger logger)
      throws TlsException {
    HardwareBundle bundle =
        new HardwareBundle(context, name, HardwareKeys.open(name, hardware, limits, logger));
    bundle.publish(context);
    return bundle;
  }

  private void publish(BundleContext context) {
    registrations.push(
        context.registerService(
            KeyProvider.class,
            keys.provider(),
            FrameworkUtil.asDictionary(Map.of(KeyProvider.NAME_PROPERTY, name))));
    registrations.push(context.registerService(StackListener.class, stacks, null));
    registrations.push(context.registerService(StackEventListener.class, stacks, null));
    keeper.execute(this::keep);
  }

  /** Looks for a device that is not there; once it was, the stack is published. */
  private void keep() {
    try {
      if (keys.provider().health().state() != KeyHealth.State.READY) {
        keys.device().check();
      }
      if (!stackPublished) {
        List<HardwareKey> found = keys.provider().keys();
        stackPublished = true;
        // A provider without a key of its own has none to show by default.
        if (!found.isEmpty()) {
          stacks.open(!found.get(0).cipherSuites().isEmpty());
        }
      }
    } catch (TlsException e) {
      // Its state says so, and has been logged.
    }
    if (!keeper.isShutdown()) {
      var unused = keeper.schedule(this::keep, RETRY_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** The provider that is published. */
  public KeyProvider provider() {
    return keys.provider();
  }

  /**
   * Does something else with the device, on its own thread, in turn. Waits for the result.
   *
   * @throws TlsException SE_FAILED when too many wait or the provider has stopped, TIMEOUT when the
   *     deadline passed
   * @throws IOException what the operation threw
   */
  public <T> T call(Callable<T> operation) throws IOException {
    return keys.device().call(operation);
  }

  /** Takes everything back; what waits for the device fails. Idempotent. */
  @Override
  public void close() {
    keeper.shutdownNow();
    stacks.close();
    for (ServiceRegistration<?> own = registrations.poll();
        own != null;
        own = registrations.poll()) {
      unregister(own);
    }
    keys.close();
  }

  private static void unregister(ServiceRegistration<?> registration) {
    try {
      registration.unregister();
    } catch (IllegalStateException e) {
      // The framework did it before us, because the bundle stops.
    }
  }
}
