package io.sallyport.launcher.platform;

import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.TlsStackOps;
import io.sallyport.tls.stack.TlsStacks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Waits for the platform's choice of a stack. */
public final class StackChoice {
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofMillis(5);

  private final TlsStacks stacks;

  /** Watches these stacks. */
  public StackChoice(TlsStacks stacks) {
    this.stacks = stacks;
  }

  /**
   * Waits until a stack is active and no other one is being proved, or until nothing has been
   * proved for so long that none will become active.
   */
  public void awaitSettled() throws LauncherException {
    long start = System.nanoTime();
    long lastProof = start;
    while (true) {
      long now = System.nanoTime();
      boolean proving = isProving();
      lastProof = proving ? now : lastProof;
      boolean idle = now - lastProof > IDLE.toNanos();
      if ((!proving && stacks.registered().isPresent()) || idle || now - start > WAIT.toNanos()) {
        return;
      }
      try {
        Thread.sleep(LOOK.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LauncherException(ExitCode.FAILURE, "Interrupted while a stack was proved.", e);
      }
    }
  }

  private boolean isProving() {
    return stacks.candidates().stream().anyMatch(stack -> stack.state() == CandidateState.PROVING);
  }

  /**
   * Waits for the active stack.
   *
   * @param name the configured one; empty for any, or an LDAP filter
   * @throws LauncherException when there is no such stack, or it failed its proof
   */
  public TlsStackOps await(String name) throws LauncherException {
    List<StackDTO> candidates = stacks.candidates();
    boolean known =
        name.isEmpty()
            || name.startsWith("(")
            || candidates.stream().anyMatch(stack -> stack.name().equals(name));
    if (!known) {
      throw new LauncherException(
          ExitCode.USAGE,
          "There is no stack '"
              + name
              + "'; give one of "
              + candidates.stream().map(StackDTO::name).collect(Collectors.joining(", "))
              + ".");
    }
    awaitSettled();
    Optional<TlsStackOps> active = stacks.registered();
    return active.orElseThrow(
        () ->
            new LauncherException(
                ExitCode.PLATFORM,
                "No stack became active: "
                    + stacks.candidates().stream()
                        .filter(stack -> stack.state() != CandidateState.ACTIVE)
                        .filter(stack -> !stack.reason().isEmpty())
                        .map(stack -> stack.name() + ": " + stack.reason())
                        .collect(Collectors.joining(" "))));
  }
}
