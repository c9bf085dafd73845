package io.sallyport.core.registry;

import io.sallyport.tls.TlsConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The configurations that were last used for single connections, so that their contexts are kept
 * for the next one but not for ever. Thread-safe.
 */
final class RecentConfigs {
  private final int capacity;
  private final Map<TlsConfig, Boolean> recent = new LinkedHashMap<>(16, 0.75f, true);
  private volatile @Nullable TlsConfig latest;

  RecentConfigs(int capacity) {
    this.capacity = capacity;
  }

  /** Notes a use and gives the configuration that falls out for it, if one does. */
  Optional<TlsConfig> use(TlsConfig config) {
    // One configuration for all connections is the usual case, and needs no lock.
    return config == latest ? Optional.empty() : note(config);
  }

  /** All that are kept, the least recent first. */
  synchronized List<TlsConfig> all() {
    return List.copyOf(recent.keySet());
  }

  private synchronized Optional<TlsConfig> note(TlsConfig config) {
    latest = config;
    recent.put(config, Boolean.TRUE);
    if (recent.size() <= capacity) {
      return Optional.empty();
    }
    TlsConfig eldest = recent.keySet().iterator().next();
    recent.remove(eldest);
    return Optional.of(eldest);
  }
}
