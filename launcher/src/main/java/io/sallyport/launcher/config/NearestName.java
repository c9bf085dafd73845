package io.sallyport.launcher.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody who mistyped a name most likely meant. */
final class NearestName {
  private NearestName() {}

  /** The known name with the fewest differences; empty when none is at all alike. */
  static Optional<String> of(String name, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt((String other) -> distance(name, other)).thenComparing(n -> n))
        .filter(other -> distance(name, other) <= Math.max(2, other.length() / 2));
  }

  /** The Levenshtein distance: insertions, deletions and exchanges of one character. */
  static int distance(String one, String other) {
    int[] previous = new int[other.length() + 1];
    int[] current = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int exchange = previous[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(exchange, Math.min(previous[j], current[j - 1]) + 1);
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[other.length()];
  }
}
