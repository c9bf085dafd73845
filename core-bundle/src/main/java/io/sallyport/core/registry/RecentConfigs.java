package io.sallyport.core.registry;

import io.sallyport.tls.TlsConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The configurations that were last used for single connections, so that their contexts are kept
 * for the next one but not for ever. Thread-safe.
 */
final class RecentConfigs {
  private final int capacity;
  private final Map<TlsConfig, Boolean> recent = new LinkedHashMap<>(16, 0.75f, true);

  RecentConfigs(int capacity) {
    this.capacity = capacity;
  }

  /** Notes a use and gives the configuration that falls out for it, if one does. */
  synchronized Optional<TlsConfig> use(TlsConfig config) {
    recent.put(config, Boolean.TRUE);
    if (recent.size() <= capacity) {
      return Optional.empty();
    }
    TlsConfig eldest = recent.keySet().iterator().next();
    recent.remove(eldest);
    return Optional.of(eldest);
  }
}
