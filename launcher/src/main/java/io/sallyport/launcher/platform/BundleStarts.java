package io.sallyport.launcher.platform;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.Bundle;

/** Starts bundles at the same time: each loads much code, one after another would take long. */
final class BundleStarts {
  private BundleStarts() {}

  /**
   * Starts them and waits until each has started or failed, but not for longer than this.
   *
   * @return those that failed, with the reason
   */
  static Map<Bundle, Exception> together(Collection<Bundle> bundles, Duration wait)
      throws InterruptedException {
    List<Bundle> order = List.copyOf(bundles);
    List<FutureTask<Void>> starts = new ArrayList<>();
    for (Bundle bundle : order) {
      FutureTask<Void> start =
          new FutureTask<>(
              () -> {
                bundle.start();
                return null;
              });
      starts.add(start);
      Thread thread = new Thread(start, "sallyport-start-" + bundle.getSymbolicName());
      thread.setDaemon(true);
      thread.start();
    }
    Map<Bundle, Exception> failures = new LinkedHashMap<>();
    long deadline = System.nanoTime() + wait.toNanos();
    for (int i = 0; i < starts.size(); i++) {
      try {
        starts.get(i).get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (ExecutionException e) {
        failures.put(order.get(i), e);
      } catch (TimeoutException e) {
        failures.put(
            order.get(i),
            new TimeoutException("its start did not end within " + wait.toSeconds() + " s"));
      }
    }
    return failures;
  }

  /** The innermost reason, which names what is wrong rather than who noticed it. */
  static String reason(Exception failure) {
    Throwable innermost = failure;
    for (int depth = 0; depth < 16; depth++) {
      Throwable cause = innermost.getCause();
      if (cause == null) {
        break;
      }
      innermost = cause;
    }
    return Optional.ofNullable(innermost.getMessage()).orElse(innermost.toString());
  }
}
