package io.sallyport.hw.ecdsa;

/** The secret numbers of one signature. Wiped at the end. */
interface Nonces extends AutoCloseable {
  /** Writes the next candidate, from one to the order less one, big-endian. */
  void next(byte[] nonce);

  @Override
  void close();
}
