package io.sallyport.core.osgi;

import io.sallyport.core.registry.Choice;
import io.sallyport.core.registry.Policy;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.time.Duration;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.log.Logger;

/** Turns settings into the registry's policy; a bad setting is said and its default is used. */
final class PolicyReader {
  private PolicyReader() {}

  /**
   * Reads settings.
   *
   * @param former what holds instead of a choice that cannot be read
   */
  static Policy read(CoreSettings settings, Choice former, Logger logger) {
    Choice choice = former;
    try {
      choice = choice(settings.stack());
    } catch (TlsException e) {
      logger.error(
          "{} Until it is corrected, {}.",
          e.getMessage(),
          former.words().isEmpty() ? "any stack may become active" : former.words() + " is used");
    }
    String policy = settings.stack_policy();
    if (!policy.equals("greedy") && !policy.equals("reluctant")) {
      logger.error(
          "stack.policy '{}' of io.sallyport.core is not known; use greedy or reluctant. It is greedy"
              + " until it is corrected.",
          policy);
    }
    long drain = settings.drain_deadline_ms();
    if (drain < 0) {
      logger.error(
          "drain.deadline.ms {} of io.sallyport.core is negative; 30000 is used until it is"
              + " corrected.",
          drain);
      drain = Policy.DEFAULT.drainDeadline().toMillis();
    }
    return new Policy(
        choice,
        !policy.equals("reluctant"),
        Duration.ofMillis(drain),
        settings.default_stack_only());
  }

  /**
   * Reads a name or a filter.
   *
   * @throws TlsException INVALID_ARG for a malformed filter
   */
  static Choice choice(String target) throws TlsException {
    String words = target.trim();
    if (words.isEmpty()) {
      return Choice.ANY;
    }
    if (!words.startsWith("(")) {
      return Choice.name(words);
    }
    try {
      Filter filter = FrameworkUtil.createFilter(words);
      return new Choice(words, candidate -> filter.matches(candidate.properties()));
    } catch (InvalidSyntaxException e) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "'"
              + words
              + "' is neither the name of a stack nor an LDAP filter: "
              + e.getMessage()
              + ".",
          e);
    }
  }
}
