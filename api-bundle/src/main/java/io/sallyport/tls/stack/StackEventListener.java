package io.sallyport.tls.stack;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is told what happens to stacks: published as an OSGi service. Called from any thread, outside all
 * locks, so it returns at once and calls nothing of {@link TlsStacks}.
 */
@ConsumerType
@FunctionalInterface
public interface StackEventListener {
  /** Something has happened. */
  void happened(StackEvent event);
}
