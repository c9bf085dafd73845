package io.sallyport.hw.pkcs11;

import java.util.Optional;

/**
 * What a token says of a private key. Immutable.
 *
 * @param label CKA_LABEL; may be empty
 * @param id CKA_ID, which its certificate has too
 */
record TokenObject(String label, Optional<ObjectId> id) {
  @Override
  public String toString() {
    return "'" + label + "'" + id.map(hex -> " (id " + hex + ")").orElse(" (without an id)");
  }
}
