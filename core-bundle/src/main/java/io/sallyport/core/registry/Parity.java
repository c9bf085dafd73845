package io.sallyport.core.registry;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.ParityLoss;
import io.sallyport.tls.stack.RequiredFeatures;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.TlsStackOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds what the configurations in use would lose on another stack: what they require and it cannot
 * do, and what connections were seen to use on the active stack, or could, and it cannot do.
 */
final class Parity {
  private final Configurations configurations;
  private final Supplier<List<TlsConfig>> recent;

  /**
   * Looks at these.
   *
   * @param recent configurations that were lately used for single connections: they may never be
   *     used again, so what they lose blocks nothing by itself
   */
  Parity(Configurations configurations, Supplier<List<TlsConfig>> recent) {
    this.configurations = configurations;
    this.recent = recent;
  }

  /**
   * Compares.
   *
   * @param active what the stack can that carries the traffic; null when there is none
   */
  List<ParityLoss> losses(@Nullable Capabilities active, Candidate candidate) {
    List<ParityLoss> losses = new ArrayList<>();
    for (TlsConfig config : configurations.all()) {
      for (TlsVersion version : RequiredFeatures.versions(config)) {
        if (can(candidate, Feature.HANDSHAKE, version, config)) {
          addRequired(losses, candidate, config, version);
          if (active != null) {
            addObserved(losses, active, candidate, config, version);
          }
        } else if (active == null
            || active.supports(Feature.HANDSHAKE, version, RequiredFeatures.role(config))) {
          boolean last =
              RequiredFeatures.versions(config).stream()
                  .noneMatch(other -> can(candidate, Feature.HANDSHAKE, other, config));
          losses.add(loss(candidate, config, Feature.HANDSHAKE, version, last, ""));
        }
      }
      addSuites(losses, candidate, config);
    }
    for (TlsConfig config : recent.get()) {
      if (!configurations.contains(config)) {
        addRecent(losses, candidate, config);
      }
    }
    return losses;
  }

  private void addRecent(List<ParityLoss> losses, Candidate candidate, TlsConfig config) {
    List<ParityLoss> required = new ArrayList<>();
    for (TlsVersion version : RequiredFeatures.versions(config)) {
      addRequired(required, candidate, config, version);
    }
    addSuites(required, candidate, config);
    for (ParityLoss loss : required) {
      losses.add(
          new ParityLoss(
              loss.feature(), loss.version(), loss.role(), loss.usedBy(), false, loss.sentence()));
    }
  }

  private static boolean can(
      Candidate stack, Feature feature, TlsVersion version, TlsConfig config) {
    return capabilities(stack).supports(feature, version, RequiredFeatures.role(config));
  }

  private void addRequired(
      List<ParityLoss> losses, Candidate candidate, TlsConfig config, TlsVersion version) {
    for (Feature feature : RequiredFeatures.of(config, version)) {
      if (!can(candidate, feature, version, config)) {
        losses.add(loss(candidate, config, feature, version, true, ""));
      }
    }
  }

  private void addObserved(
      List<ParityLoss> losses,
      Capabilities active,
      Candidate candidate,
      TlsConfig config,
      TlsVersion version) {
    ObservedUse observed = configurations.observed(config);
    Set<Feature> required = RequiredFeatures.of(config, version);
    for (Feature feature : Feature.values()) {
      long count = observed.count(feature, version);
      if (count > 0
          && !required.contains(feature)
          && active.supports(feature, version, RequiredFeatures.role(config))
          && !can(candidate, feature, version, config)) {
        String seen = count == 1 ? "1 connection" : count + " connections";
        losses.add(loss(candidate, config, feature, version, false, ", seen in " + seen));
      }
    }
  }

  /** Suites that the candidate has not, or cannot be told. */
  private void addSuites(List<ParityLoss> losses, Candidate candidate, TlsConfig config) {
    List<CipherSuite> known = suites(candidate);
    for (TlsVersion version : RequiredFeatures.versions(config)) {
      List<CipherSuite> missing =
          config.cipherSuites().stream()
              .filter(suite -> suite.version() == version && !known.contains(suite))
              .toList();
      if (!missing.isEmpty()) {
        String which = missing.stream().map(CipherSuite::name).collect(Collectors.joining(", "));
        losses.add(
            loss(
                candidate,
                config,
                Feature.CIPHER_SUITE_SELECTION,
                version,
                true,
                " (it has no " + which + ")"));
      } else if (selects(config, version, known)
          && !can(candidate, Feature.CIPHER_SUITE_SELECTION, version, config)) {
        losses.add(loss(candidate, config, Feature.CIPHER_SUITE_SELECTION, version, true, ""));
      }
    }
  }

  /** Whether a list leaves out one of the candidate's suites; else it need not be told it. */
  private static boolean selects(TlsConfig config, TlsVersion version, List<CipherSuite> known) {
    return !config.cipherSuites().isEmpty()
        && known.stream()
            .filter(suite -> suite.version() == version && !suite.isPreShared())
            .anyMatch(suite -> !config.cipherSuites().contains(suite));
  }

  private ParityLoss loss(
      Candidate candidate,
      TlsConfig config,
      Feature feature,
      TlsVersion version,
      boolean required,
      String more) {
    Role role = RequiredFeatures.role(config);
    String names = configurations.names(config);
    String usedBy =
        !names.isEmpty()
            ? names
            : configurations.contains(config)
                ? "a configuration without a name"
                : "a configuration of single connections";
    String sentence =
        candidate.name()
            + " cannot do "
            + feature.words()
            + " as "
            + (role == Role.CLIENT ? "client" : "server")
            + " with "
            + version.protocol()
            + ", "
            + (required ? "required" : "used")
            + " by "
            + usedBy
            + more
            + capabilities(candidate)
                .reason(feature, version, role)
                .map(why -> ": " + why)
                .orElse("")
            + ".";
    return new ParityLoss(feature, version, role, usedBy, required, sentence);
  }

  private static Capabilities capabilities(Candidate candidate) {
    TlsStackOps ops = candidate.ops();
    return ops.capabilities();
  }

  private static List<CipherSuite> suites(Candidate candidate) {
    return candidate.ops().cipherSuites();
  }
}
