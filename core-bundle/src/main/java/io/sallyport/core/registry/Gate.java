package io.sallyport.core.registry;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which bundles may be a TLS stack. Immutable.
 *
 * @param bundles symbolic names, with {@code *} for any characters
 * @param signers SHA-256 fingerprints of certificates, in lower-case hexadecimal, one of which must
 *     have signed every file of the bundle; empty for no signature
 */
public record Gate(List<String> bundles, Set<String> signers) {
  /** Every bundle. */
  public static final Gate OPEN = new Gate(List.of("*"), Set.of());

  /** Copies the collections. */
  public Gate {
    bundles = List.copyOf(bundles);
    signers = Set.copyOf(signers);
  }

  /**
   * Looks at a candidate.
   *
   * @return why it is kept out; empty when it may pass
   */
  Optional<String> refusal(Candidate candidate) {
    return refusal(candidate.origins());
  }

  /**
   * Looks at the bundles that brought a stack: each has to pass.
   *
   * @return why they are kept out; empty when they may pass
   */
  Optional<String> refusal(List<Origin> origins) {
    return origins.stream().flatMap(origin -> refusal(origin).stream()).findFirst();
  }

  private Optional<String> refusal(Origin origin) {
    String bundle = origin.bundle();
    if (bundle.isEmpty()) {
      return Optional.empty(); // The program that embeds the framework: it owns the process.
    }
    if (bundles.stream().noneMatch(allowed -> matches(allowed, bundle))) {
      return Optional.of(
          "Its bundle "
              + bundle
              + " is not among the allowed stacks ("
              + String.join(", ", bundles)
              + "); if it shall carry TLS, add it to allowed.stacks in io.sallyport.core.");
    }
    if (!signers.isEmpty() && origin.signers().stream().noneMatch(signers::contains)) {
      return Optional.of(
          "Its bundle "
              + bundle
              + (origin.signers().isEmpty()
                  ? " is not signed, or not as a whole"
                  : " is signed by "
                      + origin.signers().stream().sorted().collect(Collectors.joining(", ")))
              + ", and allowed.signers in io.sallyport.core names others.");
    }
    return Optional.empty();
  }

  private static boolean matches(String allowed, String bundle) {
    String expression =
        Arrays.stream(allowed.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return Pattern.matches(expression, bundle);
  }
}
