package io.sallyport.hw.atecc608a.certificate;

import io.sallyport.hw.atecc608a.certificate.Contents.Kind;
import io.sallyport.hw.atecc608a.certificate.Contents.Times;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.LocalDateTime;
import java.util.Optional;

/**
 * Issues the certificates of a simulated chip at its manufacture: a root, a signer, a device, of
 * the maker's structure but with names of their own. Immutable.
 */
public final class SimulatedIssuer {
  private static final int ROOT_YEARS = 40;
  private static final int SIGNER_YEARS = 31;
  private static final int DEVICE_YEARS = 28;
  private static final int UNSIGNED = 64;

  private final LocalDateTime now;
  private final int signerId;

  /** Signs what is given: r and s over its SHA-256. */
  @FunctionalInterface
  public interface Signer {
    /** The signature, 64 bytes. */
    byte[] sign(byte[] content);
  }

  /**
   * An issuer.
   *
   * @param now the full hour from which on its certificates are valid, in UTC
   * @param signerId the signer's number, 0 to 65535
   */
  public SimulatedIssuer(LocalDateTime now, int signerId) {
    this.now = now;
    this.signerId = signerId;
  }

  /** Marks a chip as simulated: then its certificates are rebuilt with the names of this issuer. */
  public static void mark(byte[] otp, byte[] rootPoint) {
    MakerFamily.mark(otp, Contents.keyId(rootPoint));
  }

  /**
   * The root's own certificate.
   *
   * @param chip the chip, marked
   */
  public X509Certificate root(Memory chip, byte[] rootPoint, Signer root)
      throws CertificateException {
    byte[] name = family(chip).rootName();
    byte[] serial = {0x40, (byte) (signerId >>> Byte.SIZE), (byte) signerId};
    LocalDateTime end = now.plusYears(ROOT_YEARS);
    Contents contents =
        new Contents(
            Kind.ROOT,
            serial,
            name,
            now,
            end,
            Times.MAKER,
            name,
            rootPoint,
            Optional.empty(),
            Contents.keyId(rootPoint));
    return Chain.certificate(contents, root.sign(contents.encode()));
  }

  /**
   * For slot 12.
   *
   * @param chip the chip, marked, with the signer's key
   */
  public byte[] signer(Memory chip, Signer root) {
    CompressedCertificate blank = blank(SIGNER_YEARS, MakerFamily.SIGNER_TEMPLATE);
    Contents contents = family(chip).signer(blank, chip).get(0);
    return blank.withSignature(root.sign(contents.encode())).encode();
  }

  /**
   * For slot 10.
   *
   * @param chip the chip, marked, with its own and the signer's key, and the address in slot 5
   *     where the layout has one
   */
  public byte[] device(Memory chip, Signer signer) {
    CompressedCertificate blank = blank(DEVICE_YEARS, MakerFamily.DEVICE_TEMPLATE);
    Contents contents = family(chip).device(blank, chip).get(0);
    return blank.withSignature(signer.sign(contents.encode())).encode();
  }

  private CompressedCertificate blank(int years, int template) {
    return CompressedCertificate.of(
        new byte[UNSIGNED], now, years, signerId, template, 0, SerialSource.KEY_HASH);
  }

  private static MakerFamily family(Memory chip) {
    return (MakerFamily)
        MakerFamily.of(chip)
            .orElseThrow(() -> new IllegalStateException("The layout has no certificates."));
  }
}
