package io.sallyport.core.registry;

import io.sallyport.tls.TlsConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The configurations that endpoints keep in use, who uses each of them, and what they were seen to
 * use. Thread-safe; each method is one short critical section that calls nothing outside.
 */
final class Configurations {
  private static final class Use {
    final List<String> names = new ArrayList<>();
    final ObservedUse observed = new ObservedUse();
  }

  private final Map<TlsConfig, Use> inUse = new LinkedHashMap<>();

  synchronized void add(String name, TlsConfig config) {
    inUse.computeIfAbsent(config, unused -> new Use()).names.add(name);
  }

  /** Takes one use away; whether it was the last one. */
  synchronized boolean remove(String name, TlsConfig config) {
    Use use = inUse.get(config);
    if (use == null) {
      return false;
    }
    use.names.remove(name);
    if (use.names.isEmpty()) {
      inUse.remove(config);
      return true;
    }
    return false;
  }

  synchronized boolean contains(TlsConfig config) {
    return inUse.containsKey(config);
  }

  synchronized List<TlsConfig> all() {
    return List.copyOf(inUse.keySet());
  }

  synchronized boolean isEmpty() {
    return inUse.isEmpty();
  }

  /** Who uses a configuration; empty when nobody does, or nobody said a name. */
  synchronized String names(TlsConfig config) {
    Use use = inUse.get(config);
    return use == null
        ? ""
        : String.join(", ", use.names.stream().filter(name -> !name.isEmpty()).distinct().toList());
  }

  /** Where to note what is seen of a configuration; for one that is not in use nobody looks. */
  synchronized ObservedUse observed(TlsConfig config) {
    Use use = inUse.get(config);
    return use == null ? new ObservedUse() : use.observed;
  }
}
