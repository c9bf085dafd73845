package io.sallyport.core.registry;

import io.sallyport.tls.stack.SwapResult;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what the registry said. */
final class RecordedEvents implements RegistryEvents {
  final List<String> lines = new CopyOnWriteArrayList<>();

  @Override
  public void activated(Candidate candidate, SwapResult result) {
    lines.add("activated " + candidate.name());
  }

  @Override
  public void proofFailed(Candidate candidate, String reason) {
    lines.add("proof failed " + candidate.name());
  }

  @Override
  public void refused(Candidate candidate, String reason) {
    lines.add("refused " + candidate.name());
  }

  @Override
  public void nothingActive(String reason) {
    lines.add("nothing active");
  }

  @Override
  public void drained(Candidate candidate, long generation) {
    lines.add("drained " + candidate.name());
  }

  @Override
  public void drainDeadlinePassed(Candidate candidate, long generation, int connections) {
    lines.add("deadline " + candidate.name() + " " + connections);
  }

  @Override
  public void configurationFailed(Candidate candidate, String reason) {
    lines.add("configuration failed " + candidate.name());
  }
}
