package io.sallyport.gateway;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.sallyport.gateway.relay.EventLoops;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * What all routes share: the event loops, and one thread that makes every change to a route, so
 * that changes need no locks. It lives while there is a route.
 */
@Component(service = Gateway.class)
public final class Gateway {
  private static final long START_MS = 10_000;
  private static final long END_MS = 5_000;

  private final ScheduledThreadPoolExecutor control;
  private final EventLoops loops;
  private final Set<Route> routes = ConcurrentHashMap.newKeySet();

  /** Starts the threads. */
  @Activate
  public Gateway(@Reference(service = LoggerFactory.class) Logger logger) {
    this(Runtime.getRuntime().availableProcessors());
    logger.info("The gateway runs {}.", loops.description());
  }

  Gateway(int threads) {
    control =
        new ScheduledThreadPoolExecutor(
            1, new DefaultThreadFactory("sallyport-gateway-control", true));
    control.setRemoveOnCancelPolicy(true);
    control.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    // Made by the control thread, so that nothing of Netty stays in the framework's threads.
    loops = call(() -> EventLoops.start(threads), START_MS);
  }

  /** Ends the threads. */
  @Deactivate
  public void close() {
    try {
      control.execute(loops::close);
      control.shutdown();
      control.awaitTermination(END_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  EventLoops loops() {
    return loops;
  }

  Set<Route> routes() {
    return routes;
  }

  /** Runs a task later on the control thread. */
  void later(Runnable task, long millis) {
    if (!control.isShutdown()) {
      ScheduledFuture<?> unused = control.schedule(task, millis, TimeUnit.MILLISECONDS);
    }
  }

  /** Runs a task on the control thread and waits for it, but not for ever. */
  void run(Runnable task, long millis) {
    call(
        () -> {
          task.run();
          return true;
        },
        millis);
  }

  private <T> T call(Callable<T> task, long millis) {
    try {
      return control.submit(task).get(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a route was changed.", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("A route could not be changed.", e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("A route was not changed within " + millis + " ms.", e);
    }
  }
}
