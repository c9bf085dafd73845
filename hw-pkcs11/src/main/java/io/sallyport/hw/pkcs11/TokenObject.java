package io.sallyport.hw.pkcs11;

import java.util.Optional;

/**
 * What a token says of a private key. Immutable.
 *
 * @param handle what the library calls it, until the logout
 * @param label CKA_LABEL; may be empty
 * @param id CKA_ID, which its certificate has too
 */
record TokenObject(long handle, String label, Optional<ObjectId> id) {
  /** A name that is not empty, if there is any. */
  String name() {
    return label.isEmpty() ? id.map(ObjectId::hex).orElse("") : label;
  }

  @Override
  public String toString() {
    return "'" + label + "'" + id.map(hex -> " (id " + hex + ")").orElse(" (without an id)");
  }
}
