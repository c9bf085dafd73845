package io.sallyport.tls.stack;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is told which stack is active: published as an OSGi service, at once and after every change.
 * Called in order from one thread that tells all listeners, so it returns at once: one that does
 * not makes the others hear late, and of a thousand changes that wait for it the next are not told.
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
