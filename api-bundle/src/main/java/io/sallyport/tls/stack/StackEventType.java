package io.sallyport.tls.stack;

/** What can happen to stacks. */
public enum StackEventType {
  /** A stack carries every new connection from now on. */
  ACTIVATED,
  /** A candidate has been proved and waits for its commit. */
  PREPARED,
  /** A prepared candidate or a trial was given up. */
  ABORTED,
  /** A share of the new connections goes to a candidate. */
  TRIAL_STARTED,
  /** A candidate could not become active; the one that was active stays so. */
  PROOF_FAILED,
  /** What the configurations in use lose by an exchange. */
  LOSSES,
  /** After an exchange the share of failed handshakes is looked into. */
  SUSPECTED,
  /** The platform went back to the former stack by itself. */
  ROLLED_BACK,
  /** The active stack vanished, and another one took over. */
  FAILED_OVER,
  /** No stack is active any more, or none fits. */
  NOTHING_ACTIVE,
  /** A stack is kept from being selected for some time. */
  QUARANTINED,
  /** A stack is kept out: version, completeness, or the gate. */
  REFUSED,
  /** A stack broke the contract of its operations. */
  STACK_FAULT,
  /** The last connection of a retired stack has ended. */
  DRAINED,
  /** The drain deadline of a retired stack passed with connections left. */
  DRAIN_DEADLINE_PASSED,
  /** A configuration in use could not be prepared on the active stack. */
  CONFIGURATION_FAILED
}
