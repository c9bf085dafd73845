package io.sallyport.core.registry;

import io.sallyport.tls.stack.SwapResult;

/** Prints only what a test would not expect. */
public final class QuietEvents implements RegistryEvents {
  @Override
  public void activated(Candidate candidate, SwapResult result) {}

  @Override
  public void proofFailed(Candidate candidate, String reason) {
    System.out.println(candidate.name() + ": " + reason);
  }

  @Override
  public void refused(Candidate candidate, String reason) {
    System.out.println(candidate.name() + ": " + reason);
  }

  @Override
  public void nothingActive(String reason) {}

  @Override
  public void drained(Candidate candidate, long generation) {}

  @Override
  public void drainDeadlinePassed(Candidate candidate, long generation, int connections) {}

  @Override
  public void configurationFailed(Candidate candidate, String reason) {
    System.out.println(candidate.name() + ": " + reason);
  }
}
