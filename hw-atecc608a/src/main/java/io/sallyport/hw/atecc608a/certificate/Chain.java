package io.sallyport.hw.atecc608a.certificate;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The certificates of a chip, rebuilt from what it holds. */
public final class Chain {
  private static final String ADVICE = "; configure 'certificate' instead.";

  private Chain() {}

  /**
   * Rebuilds the certificates of the device and of its signer.
   *
   * @return device, signer; nothing when the chip holds no certificate
   * @throws CertificateException when what it holds is none, is of no template that is known here,
   *     or does not verify: the device's under the signer's key, and the signer's under the maker's
   *     root where it is the maker's
   */
  public static List<X509Certificate> rebuild(Memory memory) throws CertificateException {
    if (memory.isBlank()) {
      return List.of();
    }
    CompressedCertificate device = parse(10, memory.device());
    CompressedCertificate signer = parse(12, memory.signer());
    if (device.signerId() != signer.signerId()) {
      throw new CertificateException(
          String.format(
              Locale.ROOT,
              "The certificate in slot 10 is by signer %04X, the one in slot 12 of signer %04X%s",
              device.signerId(),
              signer.signerId(),
              ADVICE));
    }
    try {
      Optional<Family> maker = MakerFamily.of(memory);
      Optional<Family> family = maker.isPresent() ? maker : StoredFamily.of(memory);
      if (family.isEmpty()) {
        throw new CertificateException(
            "The chip holds certificates of a template that is not known here" + ADVICE);
      }
      return rebuild(family.get(), device, signer, memory);
    } catch (IllegalArgumentException e) {
      throw new CertificateException(
          "The chip's certificates cannot be rebuilt: " + e.getMessage() + ADVICE, e);
    }
  }

  private static CompressedCertificate parse(int slot, byte[] bytes) throws CertificateException {
    try {
      return CompressedCertificate.parse(bytes);
    } catch (IllegalArgumentException e) {
      throw new CertificateException(
          "Slot " + slot + " holds no compressed certificate: " + e.getMessage() + ADVICE, e);
    }
  }

  private static List<X509Certificate> rebuild(
      Family family, CompressedCertificate device, CompressedCertificate signer, Memory memory)
      throws CertificateException {
    Optional<Contents> leaf = Optional.empty();
    for (Contents candidate : family.device(device, memory)) {
      if (verifies(memory.signerPoint(), candidate.encode(), device.signature())) {
        leaf = Optional.of(candidate);
        break;
      }
    }
    if (leaf.isEmpty()) {
      throw new CertificateException(
          "The certificate rebuilt from slot 10 does not verify under the signer's key in slot 11:"
              + " it was changed, is for another key, or has a template that is not known here"
              + ADVICE);
    }
    Contents authority = family.signer(signer, memory).get(0);
    Optional<byte[]> root = family.root();
    if (root.isPresent() && !verifies(root.get(), authority.encode(), signer.signature())) {
      throw new CertificateException(
          "The signer's certificate rebuilt from slot 12 does not verify under the maker's root"
              + ADVICE);
    }
    return List.of(
        certificate(leaf.get(), device.signature()), certificate(authority, signer.signature()));
  }

  /** Whether a signature, r and s, is right. */
  static boolean verifies(byte[] point, byte[] content, byte[] signature) {
    try {
      PublicKey key =
          KeyFactory.getInstance("EC")
              .generatePublic(new X509EncodedKeySpec(Contents.publicKeyInfo(point)));
      Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
      verifier.initVerify(key);
      verifier.update(content);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false; // No point on the curve, or numbers that cannot be a signature.
    }
  }

  static X509Certificate certificate(Contents contents, byte[] signature)
      throws CertificateException {
    byte[] encoded = Der.signed(contents.encode(), signature);
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(encoded));
  }
}
