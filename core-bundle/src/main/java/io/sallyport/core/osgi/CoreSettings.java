package io.sallyport.core.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Configuration of the platform, PID {@code io.sallyport.core}. */
@ObjectClassDefinition(
    name = "Sallyport core",
    description = "Which TLS stack carries the traffic, and how it is exchanged.")
@interface CoreSettings {
  /** Property {@code stack}. */
  @AttributeDefinition(
      name = "Stack",
      description =
          "Name of the stack (jsse, bouncycastle, conscrypt, …) or an LDAP filter over the service"
              + " properties of stacks; empty for the one with the highest service.ranking.",
      required = false)
  String stack() default "";

  /** Property {@code stack.policy}. */
  @AttributeDefinition(
      name = "Policy",
      description = "Whether a better-ranked stack that appears takes over from the active one.",
      options = {
        @Option(label = "It takes over", value = "greedy"),
        @Option(label = "It waits until the active one vanishes", value = "reluctant")
      })
  String stack_policy() default "greedy";

  /** Property {@code failover}. */
  @AttributeDefinition(
      name = "Failover",
      description =
          "Name or LDAP filter of the stacks that may stand in while none that fits 'stack' can be"
              + " active; 'any', or 'none' for rather no TLS than with another stack.")
  String failover() default "any";

  /** Property {@code allowed.stacks}. */
  @AttributeDefinition(
      name = "Allowed stacks",
      description =
          "Symbolic names of the bundles that may be a TLS stack, * for any characters. Others are"
              + " refused.")
  String[] allowed_stacks() default {"io.sallyport.stack.*", "io.sallyport.hw.*"};

  /** Property {@code allowed.signers}. */
  @AttributeDefinition(
      name = "Allowed signers",
      description =
          "SHA-256 fingerprints of certificates, in hexadecimal: one of them must have signed every"
              + " file of a stack's bundle. Empty: bundles need not be signed.",
      required = false)
  String[] allowed_signers() default {};

  /** Property {@code swap.losses}. */
  @AttributeDefinition(
      name = "Losses of an exchange",
      description =
          "Whether a stack that lacks what connections use, although no configuration asks for it,"
              + " may take over.",
      options = {
        @Option(label = "It may, and the losses are told", value = "accept"),
        @Option(label = "It is refused", value = "refuse")
      })
  String swap_losses() default "accept";

  /** Property {@code proof.deadline.ms}. */
  @AttributeDefinition(
      name = "Proof deadline",
      description = "Milliseconds that preparing and proving a stack may take.",
      min = "1")
  long proof_deadline_ms() default 20_000;

  /** Property {@code rollback}. */
  @AttributeDefinition(
      name = "Rollback",
      description =
          "Whether the platform goes back by itself when handshakes fail after an exchange.")
  boolean rollback() default true;

  /** Property {@code rollback.window.ms}. */
  @AttributeDefinition(
      name = "Rollback window",
      description = "Milliseconds for which a stack is watched after an exchange.",
      min = "1")
  long rollback_window_ms() default 60_000;

  /** Property {@code rollback.handshakes}. */
  @AttributeDefinition(
      name = "Rollback handshakes",
      description = "How many handshakes there must be before they are judged.",
      min = "1")
  int rollback_handshakes() default 20;

  /** Property {@code rollback.failures.percent}. */
  @AttributeDefinition(
      name = "Rollback failures",
      description =
          "By how many points the percentage of failed handshakes may exceed that of the former"
              + " stack.",
      min = "0",
      max = "100")
  int rollback_failures_percent() default 10;

  /** Property {@code trial.handshakes}. */
  @AttributeDefinition(
      name = "Trial handshakes",
      description = "How many handshakes a candidate needs to be committed by rule.",
      min = "1")
  int trial_handshakes() default 200;

  /** Property {@code trial.failures.percent}. */
  @AttributeDefinition(
      name = "Trial failures",
      description =
          "By how many points the percentage of failed handshakes may exceed that of the active"
              + " stack for a commit by rule.",
      min = "0",
      max = "100")
  int trial_failures_percent() default 2;

  /** Property {@code trial.slower.percent}. */
  @AttributeDefinition(
      name = "Trial latency",
      description = "By how many percent the median handshake may be slower for a commit by rule.",
      min = "0")
  int trial_slower_percent() default 100;

  /** Property {@code trial.deadline.ms}. */
  @AttributeDefinition(
      name = "Trial deadline",
      description = "Milliseconds after which a trial by rule with too few handshakes is given up.",
      min = "1")
  long trial_deadline_ms() default 600_000;

  /** Property {@code quarantine.vanishings}. */
  @AttributeDefinition(
      name = "Quarantine",
      description = "How often an active stack may vanish within the window before it is kept out.",
      min = "1")
  int quarantine_vanishings() default 3;

  /** Property {@code quarantine.window.ms}. */
  @AttributeDefinition(
      name = "Quarantine window",
      description = "Milliseconds within which vanishings are counted.",
      min = "1")
  long quarantine_window_ms() default 60_000;

  /** Property {@code quarantine.backoff.ms}. */
  @AttributeDefinition(
      name = "Quarantine back-off",
      description = "Milliseconds for which a stack is kept out, doubled each further time.",
      min = "1")
  long quarantine_backoff_ms() default 10_000;

  /** Property {@code drain.deadline.ms}. */
  @AttributeDefinition(
      name = "Drain deadline",
      description = "Milliseconds that connections of a retired stack may go on.",
      min = "0")
  long drain_deadline_ms() default 30_000;

  /** Property {@code default.stack.only}. */
  @AttributeDefinition(
      name = "Default stacks only",
      description = "Whether the programmatic registration of stacks is switched off.")
  boolean default_stack_only() default false;

  /** Property {@code insecure.mode}. */
  @AttributeDefinition(
      name = "Insecure mode",
      description =
          "Whether a client configuration may skip verification of its server, and whether secrets"
              + " may be logged. Every such connection is warned about.")
  boolean insecure_mode() default false;

  /** Property {@code global.ca.file}. */
  @AttributeDefinition(
      name = "Global authorities",
      description =
          "PEM file that the global CA store is filled from; relative to the configuration folder.",
      required = false)
  String global_ca_file() default "";
}
