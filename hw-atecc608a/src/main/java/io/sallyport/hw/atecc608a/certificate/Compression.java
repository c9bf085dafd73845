package io.sallyport.hw.atecc608a.certificate;

import io.sallyport.hw.atecc608a.certificate.Contents.Kind;
import io.sallyport.hw.atecc608a.certificate.Contents.Times;
import java.math.BigInteger;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of a device and its signer, as an owner issued them, in the form that fits a
 * chip. Immutable.
 */
public final class Compression {
  /** Slot 8 has room for so many bytes. */
  private static final int GENERAL = 416;

  private static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";
  private static final int COORDINATE = 32;

  private final byte[] general;
  private final CompressedCertificate device;
  private final byte[] signerPoint;
  private final CompressedCertificate signer;

  private record Fitted(Contents contents, CompressedCertificate compressed) {}

  private Compression(
      byte[] general,
      CompressedCertificate device,
      byte[] signerPoint,
      CompressedCertificate signer) {
    this.general = general;
    this.device = device;
    this.signerPoint = signerPoint;
    this.signer = signer;
  }

  /**
   * Compresses two certificates, and makes sure that they can be rebuilt to the last byte.
   *
   * @param chain the device's certificate, then its signer's; more are ignored
   * @param serial the chip's serial number, 9 bytes
   * @param point the public half of the chip's key, X and Y
   * @throws CertificateException when they do not fit; the message says why and what to do
   */
  public static Compression of(List<X509Certificate> chain, byte[] serial, byte[] point)
      throws CertificateException {
    if (chain.size() < 2) {
      throw refusal("there must be two, the device's and then its signer's", null);
    }
    try {
      X509Certificate leaf = chain.get(0);
      X509Certificate authority = chain.get(1);
      byte[] signerPoint = point(authority, "signer");
      require(
          Arrays.equals(point(leaf, "device"), point), "the device's is not for the chip's key");
      OptionalInt id = Name.signerId(authority.getSubjectX500Principal());
      require(
          id.isPresent(),
          "the signer's name must end with four hexadecimal digits in capitals, such as"
              + " CN=Example Signer FFFF");
      Fitted signer =
          fit(Kind.SIGNER, authority, signerPoint, authorityKeyId(authority), id.getAsInt());
      Fitted device = fit(Kind.DEVICE, leaf, point, Contents.keyId(signerPoint), id.getAsInt());
      require(
          Chain.verifies(signerPoint, device.contents().encode(), device.compressed().signature()),
          "the device's does not verify under the signer's key");
      byte[] general =
          new StoredFamily(
                  device.contents(),
                  device.compressed().serialSource().isStored(),
                  signer.contents(),
                  signer.compressed().serialSource().isStored())
              .encode(signer.compressed().encode());
      require(general.length <= GENERAL, "their names are too long for slot 8 of the chip");
      Compression compression =
          new Compression(general, device.compressed(), signerPoint, signer.compressed());
      List<X509Certificate> rebuilt = Chain.rebuild(compression.memory(serial, point));
      require(rebuilt.equals(chain.subList(0, 2)), "what is rebuilt from them is something else");
      return compression;
    } catch (IllegalArgumentException e) {
      throw refusal(String.valueOf(e.getMessage()), e);
    }
  }

  private static CertificateException refusal(String reason, @Nullable Throwable cause) {
    return new CertificateException(
        "These certificates do not fit the chip's form: "
            + reason
            + ". Configure them as 'certificate', a file, instead.",
        cause);
  }

  private static void require(boolean fulfilled, String otherwise) {
    if (!fulfilled) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  private static byte[] point(X509Certificate certificate, String whose) {
    byte[] info = certificate.getPublicKey().getEncoded();
    byte[] point = Arrays.copyOfRange(info, Math.max(0, info.length - 2 * COORDINATE), info.length);
    require(
        certificate.getPublicKey() instanceof ECPublicKey
            && Arrays.equals(info, Contents.publicKeyInfo(point)),
        "the " + whose + "'s key is none on P-256");
    return point;
  }

  private static byte[] authorityKeyId(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue("2.5.29.35");
    // An octet string with a sequence with one identifier of 20 bytes: 04 18 30 16 80 14 ...
    require(
        extension != null && extension.length == 26 && extension[4] == (byte) 0x80,
        "the signer's authority key identifier is not of 20 bytes and nothing else");
    return Arrays.copyOfRange(extension, 6, extension.length);
  }

  private static Fitted fit(
      Kind kind, X509Certificate certificate, byte[] point, byte[] authority, int id)
      throws CertificateEncodingException {
    String whose = kind == Kind.DEVICE ? "device" : "signer";
    require(
        certificate.getSigAlgOID().equals(ECDSA_SHA256),
        "the " + whose + "'s is not signed with ECDSA and SHA-256");
    LocalDateTime notBefore = time(certificate.getNotBefore().toInstant().getEpochSecond());
    LocalDateTime notAfter = time(certificate.getNotAfter().toInstant().getEpochSecond());
    byte[] signature = Der.rawSignature(certificate.getSignature());
    CompressedCertificate compressed;
    try {
      compressed =
          CompressedCertificate.of(
              signature,
              notBefore,
              CompressedCertificate.years(notBefore, notAfter),
              id,
              StoredFamily.TEMPLATE,
              0,
              SerialSource.KEY_HASH);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("of the " + whose + "'s, " + e.getMessage(), e);
    }
    BigInteger serial = certificate.getSerialNumber();
    byte[] hash = SerialSource.KEY_HASH.serial(compressed, point, new byte[0]);
    if (!serial.equals(new BigInteger(1, hash))) {
      compressed = compressed.withSerialSource(SerialSource.STORED);
    }
    require(serial.signum() >= 0, "the " + whose + "'s serial number is negative");
    for (Times times : Times.values()) {
      Contents contents =
          new Contents(
              kind,
              serial.toByteArray(),
              certificate.getIssuerX500Principal().getEncoded(),
              notBefore,
              notAfter,
              times,
              certificate.getSubjectX500Principal().getEncoded(),
              point,
              Optional.empty(),
              authority);
      if (Arrays.equals(contents.encode(), certificate.getTBSCertificate())) {
        return new Fitted(contents, compressed);
      }
    }
    throw new IllegalArgumentException(
        kind == Kind.DEVICE
            ? "the device's must have these extensions in this order: critical Basic Constraints"
                + " (no CA), critical Key Usage (digitalSignature, keyAgreement), Subject Key"
                + " Identifier, Authority Key Identifier (the SHA-1 of the signer's key)"
            : "the signer's must have these extensions in this order: critical Key Usage"
                + " (digitalSignature, keyCertSign, cRLSign), critical Basic Constraints (CA, path"
                + " length 0), Subject Key Identifier, Authority Key Identifier");
  }

  private static LocalDateTime time(long seconds) {
    return LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
  }

  private Memory memory(byte[] serial, byte[] point) {
    return new Memory(
        serial, new byte[64], point, new byte[0], general, device(), signerKey(), signer());
  }

  /** For slot 8: at most 416 bytes. */
  public byte[] general() {
    return general.clone();
  }

  /** For slot 10: 72 bytes. */
  public byte[] device() {
    return device.encode();
  }

  /** For slot 11: 72 bytes. */
  public byte[] signerKey() {
    return Memory.slotOf(signerPoint);
  }

  /** For slot 12: 72 bytes. */
  public byte[] signer() {
    return signer.encode();
  }
}
