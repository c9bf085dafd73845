package io.sallyport.itest;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** The class loaders of revisions of bundles that were replaced by an update. */
final class Revisions {
  private static final Duration COLLECTION = Duration.ofMinutes(2);

  private final Map<String, List<WeakReference<ClassLoader>>> replaced = new TreeMap<>();

  /** Notes the present revision of a bundle, which is about to be replaced. */
  void replacing(Bundle bundle) {
    replaced
        .computeIfAbsent(bundle.getSymbolicName(), any -> new ArrayList<>())
        .add(new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader()));
  }

  /** Waits until the collector has taken every one of them. */
  void awaitCollected() throws Exception {
    try {
      Await.until(
          "the class loaders of earlier revisions are collected",
          COLLECTION,
          () -> {
            System.gc();
            return left().isEmpty();
          });
    } catch (AssertionError e) {
      // Without the cause, which is all that Pax Exam would show.
      throw new AssertionError(e.getMessage() + "; left are " + left() + " of " + all() + ".");
    }
  }

  private Map<String, Long> left() {
    Map<String, Long> left = new TreeMap<>();
    replaced.forEach(
        (bundle, loaders) -> {
          long count = loaders.stream().filter(loader -> loader.get() != null).count();
          if (count > 0) {
            left.put(bundle, count);
          }
        });
    return left;
  }

  private Map<String, Integer> all() {
    Map<String, Integer> all = new TreeMap<>();
    replaced.forEach((bundle, loaders) -> all.put(bundle, loaders.size()));
    return all;
  }
}
