package io.sallyport.core.registry;

import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bundle that brought a stack, in one way or another: by registering it, or because its class
 * comes from there. Thread-safe.
 */
public final class Origin {
  /** Matches no list of allowed stacks but one that allows all. */
  private static final String UNKNOWN_BUNDLE = "(unknown)";

  private final String bundle;
  private final Supplier<Set<String>> findSigners;
  private @Nullable Set<String> signers;

  /**
   * A bundle.
   *
   * @param bundle its symbolic name; empty for the program that embeds the framework
   * @param signers finds the certificates that signed every file of it, as SHA-256 fingerprints in
   *     lower-case hexadecimal; called once, if at all
   */
  public Origin(String bundle, Supplier<Set<String>> signers) {
    this.bundle = bundle;
    this.findSigners = signers;
  }

  /** A bundle of which nothing is known, or none at all. */
  public static Origin unknown() {
    return new Origin(UNKNOWN_BUNDLE, Set::of);
  }

  /** The program that embeds the framework: it owns the process. */
  public static Origin embedder() {
    return new Origin("", Set::of);
  }

  /** Symbolic name of the bundle; empty for the program that embeds the framework. */
  public String bundle() {
    return bundle;
  }

  synchronized Set<String> signers() {
    Set<String> known = signers;
    if (known == null) {
      known = Set.copyOf(findSigners.get());
      signers = known;
    }
    return known;
  }
}
