package io.sallyport.core.registry;

import java.util.function.Predicate;

/**
 * Which stacks may be active, as an operator says it.
 *
 * @param words how it was said: a name or a filter; empty for "any"
 * @param matches whether a candidate fits
 */
public record Choice(String words, Predicate<Candidate> matches) {
  /** Any stack; the best-ranked one is taken. */
  public static final Choice ANY = new Choice("", candidate -> true);

  /** The stack of this name. */
  public static Choice name(String name) {
    return new Choice(name, candidate -> candidate.name().equals(name));
  }
}
