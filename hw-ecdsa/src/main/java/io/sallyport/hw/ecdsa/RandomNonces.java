package io.sallyport.hw.ecdsa;

import java.security.SecureRandom;

/** Random secret numbers, by rejection (FIPS 186-5 appendix A.3.2). */
final class RandomNonces implements Nonces {
  private final Residues order;
  private final SecureRandom random;

  RandomNonces(Curve curve, SecureRandom random) {
    this.order = new Residues(curve.order());
    this.random = random;
  }

  @Override
  public void next(byte[] nonce) {
    do {
      random.nextBytes(nonce);
    } while (!order.isUnit(nonce));
  }

  @Override
  public void close() {
    order.close();
  }
}
