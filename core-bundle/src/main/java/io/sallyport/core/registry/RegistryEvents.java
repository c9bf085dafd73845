package io.sallyport.core.registry;

import io.sallyport.tls.stack.SwapResult;

/** What the registry tells to whoever logs. Called on any thread, outside all locks. */
public interface RegistryEvents {
  /** A stack became active. */
  void activated(Candidate candidate, SwapResult result);

  /** A candidate could not become active; the one that was active stays so. */
  void proofFailed(Candidate candidate, String reason);

  /** A stack will never be a candidate. */
  void refused(Candidate candidate, String reason);

  /** No stack is active any more, or none fits. */
  void nothingActive(String reason);

  /** The last connection of a retired stack has ended. */
  void drained(Candidate candidate, long generation);

  /** The drain deadline of a retired stack passed with connections left. */
  void drainDeadlinePassed(Candidate candidate, long generation, int connections);

  /** A configuration in use could not be prepared on the active stack. */
  void configurationFailed(Candidate candidate, String reason);
}
