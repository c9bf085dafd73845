package io.sallyport.tls.stack;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is told which stack is active: published as an OSGi service, at once and after every change.
 * Called from any thread, by the platform while it exchanges stacks, so it returns at once and
 * calls nothing of {@link TlsStacks}.
 */
@ConsumerType
@FunctionalInterface
public interface StackListener {
  /**
   * Another stack has become active.
   *
   * @param name the name of the stack
   */
  void activated(String name);
}
