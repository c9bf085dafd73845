package io.sallyport.core.osgi;

import io.sallyport.core.registry.Candidate;
import io.sallyport.core.registry.RegistryEvents;
import io.sallyport.tls.stack.SwapResult;
import java.util.function.Consumer;
import org.osgi.service.log.Logger;

/** Says what the registry does, one line each. */
final class LoggedEvents implements RegistryEvents {
  private final Logger logger;
  private final Consumer<String> onActivated;

  /**
   * Speaks by this logger.
   *
   * @param onActivated told the name of each stack that becomes active, too
   */
  LoggedEvents(Logger logger, Consumer<String> onActivated) {
    this.logger = logger;
    this.onActivated = onActivated;
  }

  @Override
  public void activated(Candidate candidate, SwapResult result) {
    String left =
        result.from().isEmpty()
            ? ""
            : result.draining() == 1
                ? "; 1 connection drains on " + result.from().get()
                : "; " + result.draining() + " connections drain on " + result.from().get();
    logger.info(
        "Stack {} {} is active (generation {}), proved in {} ms{}.",
        candidate.name(),
        candidate.libraryVersion(),
        result.generation(),
        result.proof().toMillis(),
        left);
    onActivated.accept(candidate.name());
  }

  @Override
  public void proofFailed(Candidate candidate, String reason) {
    logger.error("Stack {} stays in standby: {}", candidate.name(), reason);
  }

  @Override
  public void refused(Candidate candidate, String reason) {
    logger.error(
        "Stack {} of bundle {} is refused: {}", candidate.name(), candidate.bundle(), reason);
  }

  @Override
  public void nothingActive(String reason) {
    logger.error("{}", reason);
  }

  @Override
  public void drained(Candidate candidate, long generation) {
    logger.info("Stack {} (generation {}) is drained.", candidate.name(), generation);
  }

  @Override
  public void drainDeadlinePassed(Candidate candidate, long generation, int connections) {
    logger.warn(
        "The drain deadline of stack {} (generation {}) passed; its last {} connections are ended.",
        candidate.name(),
        generation,
        connections);
  }

  @Override
  public void configurationFailed(Candidate candidate, String reason) {
    logger.error("Stack {} cannot serve a configuration in use: {}", candidate.name(), reason);
  }
}
