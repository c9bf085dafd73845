package io.sallyport.hw.ecdsa;

/**
 * What is made of a key block when it is burnt. Its purpose is always protected from change.
 *
 * @param read whether software can no longer read the key: then it is not in the virtual eFuse file
 *     but in a file beside it, and espefuse does not lose it
 * @param write whether nothing more can be burnt into the block
 */
public record Protection(boolean read, boolean write) {
  /** Both, as espefuse does by default. */
  public static final Protection FULL = new Protection(true, true);
}
