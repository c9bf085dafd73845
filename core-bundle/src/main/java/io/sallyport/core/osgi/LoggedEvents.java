package io.sallyport.core.osgi;

import io.sallyport.core.registry.RegistryEvents;
import io.sallyport.tls.stack.StackEvent;
import java.util.function.Consumer;
import org.osgi.service.log.Logger;

/** Says what the registry does, one line each, and passes it on. */
final class LoggedEvents implements RegistryEvents {
  private final Logger logger;
  private final Consumer<StackEvent> next;

  /**
   * Speaks by this logger.
   *
   * @param next told each event, too
   */
  LoggedEvents(Logger logger, Consumer<StackEvent> next) {
    this.logger = logger;
    this.next = next;
  }

  @Override
  public void happened(StackEvent event) {
    switch (event.type()) {
      case ACTIVATED, PREPARED, ABORTED, TRIAL_STARTED, DRAINED -> logger.info(event.sentence());
      case LOSSES, FAILED_OVER, DRAIN_DEADLINE_PASSED, SUSPECTED, ROLLED_BACK, QUARANTINED ->
          logger.warn(event.sentence());
      case PROOF_FAILED, NOTHING_ACTIVE, REFUSED, STACK_FAULT, CONFIGURATION_FAILED ->
          logger.error(event.sentence());
    }
    next.accept(event);
  }
}
