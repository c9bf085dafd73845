package io.sallyport.examples.firedrill;

import java.util.Arrays;
import java.util.Locale;

/** What goes wrong. */
enum Fault {
  /** Nothing: it is as good as the stack below. */
  NONE,
  /** It cannot prepare any configuration, so its proof fails. */
  PROOF,
  /** It passes its proof, and every handshake with a real peer fails. */
  HANDSHAKE,
  /** It passes its proof, and every handshake with a real peer throws what nobody declared. */
  THROW,
  /** It passes its proof, and reads answer nonsense. */
  NONSENSE,
  /** It passes its proof, and handshakes with real peers block for some seconds. */
  BLOCK;

  static Fault of(String words) {
    return Arrays.stream(values())
        .filter(fault -> fault.words().equals(words))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "fault '"
                        + words
                        + "' of io.sallyport.examples.firedrill is not known; there are "
                        + Arrays.stream(values()).map(Fault::words).toList()
                        + "."));
  }

  private String words() {
    return name().toLowerCase(Locale.ROOT);
  }
}
