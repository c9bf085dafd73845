package io.sallyport.hw.atecc608a.certificate;

import java.util.List;
import java.util.Optional;

/**
 * The certificates of one issuer, which have more in common than the compressed form can hold.
 * Where a chip does not tell one from another there are several candidates; the signature decides.
 */
interface Family {
  /** What the device's certificate may say. */
  List<Contents> device(CompressedCertificate certificate, Memory memory);

  /** What the signer's certificate may say. */
  List<Contents> signer(CompressedCertificate certificate, Memory memory);

  /** The root's public key, X and Y; empty where it is not known. */
  Optional<byte[]> root();
}
