package io.sallyport.core.registry;

import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.TlsStackOps;

/** Completes a configuration with what is known only while it is prepared: keys in hardware. */
@FunctionalInterface
public interface ConfigResolver {
  /** For configurations that are complete. */
  ConfigResolver NOTHING = (config, stack) -> config;

  /**
   * Completes it.
   *
   * @param stack what it will be prepared on
   * @return the configuration to prepare; the same where nothing is missing
   * @throws TlsException why it cannot be completed now
   */
  TlsConfig resolve(TlsConfig config, TlsStackOps stack) throws TlsException;
}
