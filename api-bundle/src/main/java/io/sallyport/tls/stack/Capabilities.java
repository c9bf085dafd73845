package io.sallyport.tls.stack;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What a stack can do, per protocol version and role: the stacks differ in exactly these.
 * Immutable.
 */
public final class Capabilities {
  private final Map<TlsVersion, Map<Role, Set<Feature>>> features;

  private Capabilities(Map<TlsVersion, Map<Role, Set<Feature>>> features) {
    this.features = features;
  }

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
    return features.getOrDefault(version, Map.of()).getOrDefault(role, Set.of());
  }

  /**
   * Fails unless the stack can do this.
   *
   * @param stack the stack's name, for the message
   * @throws TlsException NOT_SUPPORTED naming stack, feature, version and role
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
              + "; choose another stack or configure without it.");
    }
  }

  /** Collects capabilities; not thread-safe. */
  public static final class Builder {
    private final Map<TlsVersion, Map<Role, Set<Feature>>> features =
        new EnumMap<>(TlsVersion.class);

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
          features
              .computeIfAbsent(version, v -> new EnumMap<>(Role.class))
              .computeIfAbsent(role, r -> EnumSet.noneOf(Feature.class)),
          declared);
      return this;
    }

    /** Builds. */
    public Capabilities build() {
      Map<TlsVersion, Map<Role, Set<Feature>>> copy = new EnumMap<>(TlsVersion.class);
      features.forEach(
          (version, roles) -> {
            Map<Role, Set<Feature>> rolesCopy = new EnumMap<>(Role.class);
            roles.forEach(
                (role, set) ->
                    rolesCopy.put(role, Collections.unmodifiableSet(EnumSet.copyOf(set))));
            copy.put(version, rolesCopy);
          });
      return new Capabilities(copy);
    }
  }
}
