package io.sallyport.tls.stack;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is told what happens to stacks: published as an OSGi service. Called in order from one thread
 * that tells all listeners, so it returns at once: one that does not makes the others hear late,
 * and of a thousand events that wait for it the next are not told.
 */
@ConsumerType
@FunctionalInterface
public interface StackEventListener {
  /** Something has happened. */
  void happened(StackEvent event);
}
