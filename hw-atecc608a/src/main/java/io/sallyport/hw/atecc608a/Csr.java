package io.sallyport.hw.atecc608a;

import io.sallyport.hw.atecc608a.certificate.Der;
import io.sallyport.hw.atecc608a.certificate.Pem;
import io.sallyport.hw.atecc608a.packet.Sha256;
import java.io.IOException;
import java.security.PublicKey;
import javax.security.auth.x500.X500Principal;

/** A certification request (PKCS#10, RFC 2986) that the chip signs. */
final class Csr {
  private static final byte[] VERSION_1 = {0x02, 0x01, 0x00};

  private Csr() {}

  /** Signs a digest of 32 bytes: r and s. */
  @FunctionalInterface
  interface Signer {
    byte[] sign(byte[] digest) throws IOException;
  }

  /** The request in PEM. */
  static String pem(X500Principal subject, PublicKey key, Signer signer) throws IOException {
    byte[] info =
        Der.sequence(VERSION_1, subject.getEncoded(), key.getEncoded(), Der.element(0xA0));
    return Pem.text("CERTIFICATE REQUEST", Der.signed(info, signer.sign(Sha256.of(info))));
  }
}
