package io.sallyport.tls.stack;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a stack can do, per protocol version and role: the stacks differ in exactly these. Where it
 * cannot, it may say why. Immutable.
 */
public final class Capabilities {
  private final Map<Case, Set<Feature>> features;
  private final Map<Case, Map<Feature, String>> reasons;

  private Capabilities(Map<Case, Set<Feature>> features, Map<Case, Map<Feature, String>> reasons) {
    this.features = features;
    this.reasons = reasons;
  }

  private record Case(TlsVersion version, Role role) {}

  /** Starts with nothing. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Whether the stack can do this.
   *
   * @param version TLS_1_2 or TLS_1_3; for ANY the answer is whether it can in both
   */
  public boolean supports(Feature feature, TlsVersion version, Role role) {
    if (version == TlsVersion.ANY) {
      return supports(feature, TlsVersion.TLS_1_2, role)
          && supports(feature, TlsVersion.TLS_1_3, role);
    }
    return of(version, role).contains(feature);
  }

  /** All that the stack can do in this version and role. */
  public Set<Feature> of(TlsVersion version, Role role) {
    return features.getOrDefault(new Case(version, role), Set.of());
  }

  /**
   * Why the stack cannot do something, in words that go on after a colon.
   *
   * @param version TLS_1_2 or TLS_1_3
   * @return empty when it can, or does not say
   */
  public Optional<String> reason(Feature feature, TlsVersion version, Role role) {
    return Optional.ofNullable(
        reasons.getOrDefault(new Case(version, role), Map.of()).get(feature));
  }

  /**
   * Fails unless the stack can do this.
   *
   * @param stack the stack's name, for the message
   * @throws TlsException NOT_SUPPORTED naming stack, feature, version, role and reason
   */
  public void require(String stack, Feature feature, TlsVersion version, Role role)
      throws TlsException {
    if (!supports(feature, version, role)) {
      throw new TlsException(
          TlsErrorCode.NOT_SUPPORTED,
          "Stack "
              + stack
              + " does not support "
              + feature.words()
              + " as "
              + (role == Role.CLIENT ? "client" : "server")
              + (version == TlsVersion.ANY ? "" : " with " + version.protocol())
              + reason(feature, version, role).map(why -> " (" + why + ")").orElse("")
              + "; choose another stack or configure without it.");
    }
  }

  /** Collects capabilities; not thread-safe. */
  public static final class Builder {
    private final Map<Case, Set<Feature>> features = new HashMap<>();
    private final Map<Case, Map<Feature, String>> reasons = new HashMap<>();

    private Builder() {}

    /** Declares features in both roles of one version. */
    public Builder with(TlsVersion version, Feature... declared) {
      return with(version, Role.CLIENT, declared).with(version, Role.SERVER, declared);
    }

    /** Declares features in one role of one version; ANY stands for both versions. */
    public Builder with(TlsVersion version, Role role, Feature... declared) {
      if (version == TlsVersion.ANY) {
        return with(TlsVersion.TLS_1_2, role, declared).with(TlsVersion.TLS_1_3, role, declared);
      }
      Collections.addAll(
          features.computeIfAbsent(
              new Case(version, role), anyCase -> EnumSet.noneOf(Feature.class)),
          declared);
      return this;
    }

    /**
     * Says why a feature is not there, in a few words; ANY stands for both versions.
     *
     * @param reason goes on after a colon or within brackets, without a full stop
     */
    public Builder without(TlsVersion version, Role role, Feature feature, String reason) {
      if (version == TlsVersion.ANY) {
        return without(TlsVersion.TLS_1_2, role, feature, reason)
            .without(TlsVersion.TLS_1_3, role, feature, reason);
      }
      reasons
          .computeIfAbsent(new Case(version, role), anyCase -> new EnumMap<>(Feature.class))
          .put(feature, reason);
      return this;
    }

    /** Says it for both roles. */
    public Builder without(TlsVersion version, Feature feature, String reason) {
      return without(version, Role.CLIENT, feature, reason)
          .without(version, Role.SERVER, feature, reason);
    }

    /** Builds. */
    public Capabilities build() {
      Map<Case, Set<Feature>> declared = new HashMap<>();
      features.forEach(
          (where, set) -> declared.put(where, Collections.unmodifiableSet(EnumSet.copyOf(set))));
      Map<Case, Map<Feature, String>> said = new HashMap<>();
      reasons.forEach((where, words) -> said.put(where, Map.copyOf(words)));
      return new Capabilities(declared, said);
    }
  }
}
