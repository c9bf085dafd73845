package io.sallyport.tls.engine;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way from a session to the engines that it came from. It is cut when their context is closed:
 * applications keep sessions for as long as they like, and these must not keep the library of a
 * stack that is gone. Thread-safe.
 */
final class EnginesLink {
  private volatile @Nullable ContextEngines engines;

  EnginesLink(ContextEngines engines) {
    this.engines = engines;
  }

  /** Those engines, empty once their context is closed. */
  Optional<ContextEngines> engines() {
    return Optional.ofNullable(engines);
  }

  void cut() {
    engines = null;
  }
}
