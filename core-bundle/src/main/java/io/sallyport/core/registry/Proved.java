package io.sallyport.core.registry;

import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.TlsStackContext;
import java.util.Map;

/**
 * What a proof leaves behind.
 *
 * @param contexts the prepared contexts, now the owner's
 * @param ownIdentity whether the stack shows an identity of its own, which is that of a provider
 * @param capabilities what it said that it can: once it is active nobody depends on asking again
 */
record Proved(
    Map<TlsConfig, TlsStackContext> contexts, boolean ownIdentity, Capabilities capabilities) {
  /** The same stack with other contexts. */
  Proved with(Map<TlsConfig, TlsStackContext> others) {
    return new Proved(others, ownIdentity, capabilities);
  }

  void close() {
    contexts.values().forEach(Proved::closeQuietly);
  }

  static void closeQuietly(TlsStackContext context) {
    try {
      context.close();
    } catch (Throwable e) { // A broken stack may throw anything.
      // The stack is given up anyway; there is nobody else to tell.
    }
  }
}
