package io.sallyport.tls.engine;

import io.sallyport.tls.Identity;
import java.util.Optional;

/** Knows which certificate an engine shows. Thread-safe. */
@FunctionalInterface
public interface IdentityChooser {
  /**
   * The identity of an engine, as the library adapted it.
   *
   * @param key the engine's key; see {@link EngineFactory#newEngine}
   */
  Optional<Identity> identity(int key);
}
