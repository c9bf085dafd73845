package io.sallyport.hw.ecdsa;

import java.util.Arrays;

/** Secret numbers from the key and the digest (RFC 6979 section 3.2), with the curve's own hash. */
final class DeterministicNonces implements Nonces {
  private static final byte FIRST = 0;
  private static final byte SECOND = 1;

  private final Wipe memory = new Wipe();
  private final Residues order;
  private final Hmac hmac;
  private final byte[] key;
  private final byte[] value;
  private boolean used;

  /**
   * The numbers for a signature.
   *
   * @param privateKey big-endian, as long as the order
   * @param digest less than the order, as long as it
   */
  DeterministicNonces(Curve curve, byte[] privateKey, byte[] digest) {
    this.order = new Residues(curve.order());
    this.hmac = new Hmac(curve);
    this.key = memory.bytes(hmac.length());
    this.value = memory.bytes(hmac.length());
    Arrays.fill(value, SECOND);
    stir(FIRST, privateKey, digest);
    stir(SECOND, privateKey, digest);
  }

  private void stir(byte round, byte[]... inputs) {
    hmac.begin(key);
    hmac.update(value);
    hmac.update(round);
    for (byte[] input : inputs) {
      hmac.update(input);
    }
    hmac.end(key);
    advance();
  }

  private void advance() {
    hmac.begin(key);
    hmac.update(value);
    hmac.end(value);
  }

  @Override
  public void next(byte[] nonce) {
    do {
      if (used) {
        stir(FIRST);
      }
      used = true;
      advance(); // For both curves the hash is as long as the order: once is enough.
      System.arraycopy(value, 0, nonce, 0, nonce.length);
    } while (!order.isUnit(nonce));
  }

  @Override
  public void close() {
    order.close();
    hmac.close();
    memory.close();
  }
}
