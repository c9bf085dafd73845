package io.sallyport.hw.ds;

import java.util.Optional;

/** What the peripheral leaves behind. Immutable. */
public final class DsResult {
  private final Optional<DsError> error;
  private final byte[] signature;

  DsResult(Optional<DsError> error, byte[] signature) {
    this.error = error;
    this.signature = signature;
  }

  /**
   * INVALID_DIGEST, with a signature of zeros; INVALID_PADDING, with a signature that can be read
   * but must not be trusted; empty for success.
   */
  public Optional<DsError> error() {
    return error;
  }

  /** The signature, little-endian; a copy. */
  public byte[] signature() {
    return signature.clone();
  }
}
