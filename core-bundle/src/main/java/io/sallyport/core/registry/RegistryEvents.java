package io.sallyport.core.registry;

import io.sallyport.tls.stack.StackEvent;

/** What the registry tells to whoever logs. Called on any thread, outside all locks. */
@FunctionalInterface
public interface RegistryEvents {
  /** Something has happened. */
  void happened(StackEvent event);
}
