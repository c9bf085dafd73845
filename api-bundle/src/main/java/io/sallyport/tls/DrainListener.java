package io.sallyport.tls;

import org.osgi.annotation.versioning.ConsumerType;

/** Told when a handle's stack has been retired and the time to drain is over. */
@ConsumerType
@FunctionalInterface
public interface DrainListener {
  /**
   * The owner should end the connection in order (close_notify, close) soon, in its own thread.
   * Called at most once, on a thread of the platform; must not block.
   */
  void drainDeadlinePassed();
}
