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
