package io.sallyport.hw.pkcs11;

/** Which key of a token is the default one. Immutable. */
sealed interface KeyChoice {
  /** The one with a label. */
  record Labelled(String label) implements KeyChoice {
    @Override
    public String toString() {
      return "the key '" + label + "'";
    }
  }

  /** The one with an id. */
  record WithId(ObjectId id) implements KeyChoice {
    @Override
    public String toString() {
      return "the key with the id " + id;
    }
  }

  /** The only one. */
  record Only() implements KeyChoice {
    @Override
    public String toString() {
      return "the only key";
    }
  }
}
