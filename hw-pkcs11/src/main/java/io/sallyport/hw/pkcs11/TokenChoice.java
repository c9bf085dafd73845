package io.sallyport.hw.pkcs11;

/** Which token of a library. Immutable. */
sealed interface TokenChoice {
  /** The one with a label. */
  record Labelled(String label) implements TokenChoice {
    @Override
    public String toString() {
      return "the token '" + label + "'";
    }
  }

  /** The one in a slot. */
  record InSlot(long number) implements TokenChoice {
    @Override
    public String toString() {
      return "the token in slot " + number;
    }
  }

  /** The only one. */
  record Only() implements TokenChoice {
    @Override
    public String toString() {
      return "the token";
    }
  }
}
