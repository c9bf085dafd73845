package io.sallyport.core.registry;

import io.sallyport.tls.TlsConfig;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which activation takes a new connection. Immutable: an exchange replaces the whole.
 *
 * @param main the active one; null when there is none
 * @param trial the one that takes a share; null when there is none
 * @param percent its share
 */
record Selection(@Nullable Generation main, @Nullable Generation trial, int percent) {
  static final Selection NONE = new Selection(null, null, 0);
  private static final int ALL = 100;

  static Selection of(@Nullable Generation main) {
    return new Selection(main, null, 0);
  }

  /** A configuration that came into use after the trial began stays with the active stack. */
  @Nullable Generation pick(TlsConfig config) {
    Generation tried = trial;
    return tried != null
            && ThreadLocalRandom.current().nextInt(ALL) < percent
            && tried.hasPrepared(config)
        ? tried
        : main;
  }
}
