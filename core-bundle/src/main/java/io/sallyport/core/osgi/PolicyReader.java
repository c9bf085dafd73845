package io.sallyport.core.osgi;

import io.sallyport.core.registry.Choice;
import io.sallyport.core.registry.Gate;
import io.sallyport.core.registry.Policy;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.log.Logger;

/** Turns settings into the registry's policy; a bad setting is said and a safe value is used. */
final class PolicyReader {
  private static final String ANY = "any";
  private static final String NONE = "none";
  private static final int FINGERPRINT_DIGITS = 64;
  private static final double PERCENT = 100;

  private final CoreSettings settings;
  private final Logger logger;

  private PolicyReader(CoreSettings settings, Logger logger) {
    this.settings = settings;
    this.logger = logger;
  }

  /**
   * Reads settings.
   *
   * @param former what holds instead of a choice that cannot be read
   */
  static Policy read(CoreSettings settings, Choice former, Logger logger) {
    return new PolicyReader(settings, logger).read(former);
  }

  private Policy read(Choice former) {
    return new Policy(
        choice(former),
        failover(),
        !"reluctant".equals(oneOf("stack.policy", settings.stack_policy(), "greedy", "reluctant")),
        new Gate(names(), fingerprints()),
        new Policy.Exchange(
            millis(
                "drain.deadline.ms",
                settings.drain_deadline_ms(),
                0,
                Policy.DEFAULT.exchange().drainDeadline()),
            millis(
                "proof.deadline.ms",
                settings.proof_deadline_ms(),
                1,
                Policy.DEFAULT.exchange().proofDeadline()),
            "refuse".equals(oneOf("swap.losses", settings.swap_losses(), "refuse", "accept"))),
        rollback(),
        trial(),
        quarantine(),
        settings.default_stack_only());
  }

  private Choice choice(Choice former) {
    try {
      return choice(settings.stack());
    } catch (TlsException e) {
      logger.error(
          "{} Until it is corrected, {}.",
          e.getMessage(),
          former.words().isEmpty() ? "any stack may become active" : former.words() + " is used");
      return former;
    }
  }

  private Choice failover() {
    String words = settings.failover().trim();
    if (words.isEmpty() || words.equals(ANY)) {
      return Choice.ANY;
    }
    Choice none = new Choice(NONE, candidate -> false);
    if (words.equals(NONE)) {
      return none;
    }
    try {
      return choice(words);
    } catch (TlsException e) {
      logger.error(
          "failover of io.sallyport.core: {} Until it is corrected, no other stack stands in.",
          e.getMessage());
      return none;
    }
  }

  private List<String> names() {
    return Arrays.stream(settings.allowed_stacks())
        .map(String::trim)
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /** One that cannot be read stays, and fits none: a mistake must not open the gate. */
  private Set<String> fingerprints() {
    Set<String> fingerprints = new HashSet<>();
    for (String given : settings.allowed_signers()) {
      String digits = given.replace(":", "").trim().toLowerCase(Locale.ROOT);
      if (digits.isEmpty()) {
        continue;
      }
      if (digits.length() != FINGERPRINT_DIGITS || !digits.matches("[0-9a-f]*")) {
        logger.error(
            "allowed.signers of io.sallyport.core has '{}', which is no SHA-256 fingerprint (64"
                + " hexadecimal digits); it fits no bundle.",
            given);
      }
      fingerprints.add(digits);
    }
    return fingerprints;
  }

  private Policy.Rollback rollback() {
    Policy.Rollback usual = Policy.DEFAULT.rollback();
    return new Policy.Rollback(
        settings.rollback(),
        millis("rollback.window.ms", settings.rollback_window_ms(), 1, usual.window()),
        count("rollback.handshakes", settings.rollback_handshakes(), usual.handshakes()),
        share("rollback.failures.percent", settings.rollback_failures_percent(), usual.margin()));
  }

  private Policy.Trial trial() {
    Policy.Trial usual = Policy.DEFAULT.trial();
    return new Policy.Trial(
        count("trial.handshakes", settings.trial_handshakes(), usual.handshakes()),
        share("trial.failures.percent", settings.trial_failures_percent(), usual.margin()),
        Math.max(0, settings.trial_slower_percent()) / PERCENT,
        millis("trial.deadline.ms", settings.trial_deadline_ms(), 1, usual.deadline()));
  }

  private Policy.Quarantine quarantine() {
    Policy.Quarantine usual = Policy.DEFAULT.quarantine();
    return new Policy.Quarantine(
        count("quarantine.vanishings", settings.quarantine_vanishings(), usual.vanishings()),
        millis("quarantine.window.ms", settings.quarantine_window_ms(), 1, usual.window()),
        millis("quarantine.backoff.ms", settings.quarantine_backoff_ms(), 1, usual.backOff()));
  }

  /** One of two words; the first one, which is also the safe one, where it is neither. */
  private String oneOf(String key, String given, String usual, String other) {
    if (given.equals(usual) || given.equals(other)) {
      return given;
    }
    logger.error(
        "{} '{}' of io.sallyport.core is not known; use {} or {}. It is {} until it is corrected.",
        key,
        given,
        usual,
        other,
        usual);
    return usual;
  }

  private Duration millis(String key, long given, long least, Duration usual) {
    if (given >= least) {
      return Duration.ofMillis(given);
    }
    logger.error(
        "{} {} of io.sallyport.core must be at least {}; {} is used until it is corrected.",
        key,
        given,
        least,
        usual.toMillis());
    return usual;
  }

  private int count(String key, int given, int usual) {
    if (given > 0) {
      return given;
    }
    logger.error(
        "{} {} of io.sallyport.core must be at least 1; {} is used until it is corrected.",
        key,
        given,
        usual);
    return usual;
  }

  private double share(String key, int given, double usual) {
    if (given >= 0 && given <= PERCENT) {
      return given / PERCENT;
    }
    logger.error(
        "{} {} of io.sallyport.core must be 0 to 100; {} is used until it is corrected.",
        key,
        given,
        Math.round(usual * PERCENT));
    return usual;
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
