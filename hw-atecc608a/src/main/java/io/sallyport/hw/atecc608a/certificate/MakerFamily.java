package io.sallyport.hw.atecc608a.certificate;

import io.sallyport.hw.atecc608a.certificate.Contents.Kind;
import io.sallyport.hw.atecc608a.certificate.Contents.Times;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Chips that come with certificates: Trust&amp;GO and TrustFLEX, genuine or simulated. The names
 * and the root's key are as in the certificates of genuine chips; simulated ones have names of
 * their own, and tell so in the one-time programmable zone.
 */
final class MakerFamily implements Family {
  /** Template of a device's certificate. */
  static final int DEVICE_TEMPLATE = 3;

  /** Template of a signer's certificate. */
  static final int SIGNER_TEMPLATE = 1;

  private static final String MAKER = "Microchip Technology Inc";
  private static final byte[] MAKER_ROOT_NAME = Name.of(MAKER, "Crypto Authentication Root CA 002");
  private static final String MAKER_SIGNER = "Crypto Authentication Signer ";

  /** The maker's "Crypto Authentication Root CA 002". */
  private static final String MAKER_ROOT =
      "bd54e66de3875484006b53ae1580d50aa069e78adf5578d85ce2d54dd5b83029"
          + "6bffdd6e6f7256fbd99ef1a116b11d33ad49103aa1858739dcfae437e19d634e";

  private static final String SIMULATOR = "Sallyport Simulator";
  private static final byte[] SIMULATED_ROOT_NAME = Name.of(SIMULATOR, "Simulated Root");
  private static final String SIMULATED_SIGNER = "Simulated Signer ";

  /** Behind the template's code; behind this the identifier of the root's key. */
  private static final byte[] SIMULATED =
      "Sallyport simulated chip".getBytes(StandardCharsets.US_ASCII);

  private static final int SIMULATED_AT = 8;
  private static final int ROOT_ID_AT = SIMULATED_AT + SIMULATED.length;
  private static final int KEY_ID = 20;

  private final String organization;
  private final byte[] rootName;
  private final String signerName;
  private final byte[] rootId;
  private final Optional<byte[]> root;
  private final boolean hasAddress;

  private MakerFamily(
      String organization,
      byte[] rootName,
      String signerName,
      byte[] rootId,
      Optional<byte[]> root,
      boolean hasAddress) {
    this.organization = organization;
    this.rootName = rootName;
    this.signerName = signerName;
    this.rootId = rootId;
    this.root = root;
    this.hasAddress = hasAddress;
  }

  /** The family of a chip, by the code in its one-time programmable zone. */
  static Optional<Family> of(Memory memory) {
    return switch (memory.code()) {
      case "KQp2ZkD8", "x6tjuZMy" -> Optional.of(of(memory.otp(), true));
      case "MKMwyhP1" -> Optional.of(of(memory.otp(), false));
      default -> Optional.empty();
    };
  }

  private static MakerFamily of(byte[] otp, boolean hasAddress) {
    if (isSimulated(otp)) {
      byte[] rootId = Arrays.copyOfRange(otp, ROOT_ID_AT, ROOT_ID_AT + KEY_ID);
      return new MakerFamily(
          SIMULATOR, SIMULATED_ROOT_NAME, SIMULATED_SIGNER, rootId, Optional.empty(), hasAddress);
    }
    byte[] root = HexFormat.of().parseHex(MAKER_ROOT);
    return new MakerFamily(
        MAKER, MAKER_ROOT_NAME, MAKER_SIGNER, Contents.keyId(root), Optional.of(root), hasAddress);
  }

  private static boolean isSimulated(byte[] otp) {
    return Arrays.equals(otp, SIMULATED_AT, ROOT_ID_AT, SIMULATED, 0, SIMULATED.length);
  }

  /** Marks a chip as simulated. */
  static void mark(byte[] otp, byte[] rootId) {
    System.arraycopy(SIMULATED, 0, otp, SIMULATED_AT, SIMULATED.length);
    System.arraycopy(rootId, 0, otp, ROOT_ID_AT, KEY_ID);
  }

  byte[] rootName() {
    return rootName.clone();
  }

  private byte[] signerName(CompressedCertificate certificate) {
    return Name.of(
        organization, signerName + String.format(Locale.ROOT, "%04X", certificate.signerId()));
  }

  @Override
  public List<Contents> device(CompressedCertificate certificate, Memory memory) {
    require(certificate, DEVICE_TEMPLATE);
    String serial = HexFormat.of().withUpperCase().formatHex(memory.serial());
    List<Contents> candidates = new ArrayList<>();
    if (hasAddress && !memory.eui48().isEmpty()) {
      candidates.add(device(certificate, memory, "sn" + serial, Optional.of(memory.eui48())));
    }
    candidates.add(device(certificate, memory, "sn" + serial, Optional.empty()));
    // Of early TrustFLEX parts.
    candidates.add(device(certificate, memory, serial + " ATECC", Optional.empty()));
    return candidates;
  }

  private Contents device(
      CompressedCertificate certificate, Memory memory, String name, Optional<String> eui48) {
    return new Contents(
        Kind.DEVICE,
        certificate.serialSource().serial(certificate, memory.point(), memory.serial()),
        signerName(certificate),
        certificate.notBefore(),
        certificate.notAfter(),
        Times.MAKER,
        Name.of(organization, name),
        memory.point(),
        eui48,
        Contents.keyId(memory.signerPoint()));
  }

  @Override
  public List<Contents> signer(CompressedCertificate certificate, Memory memory) {
    require(certificate, SIGNER_TEMPLATE);
    byte[] point = memory.signerPoint();
    return List.of(
        new Contents(
            Kind.SIGNER,
            certificate.serialSource().serial(certificate, point, memory.serial()),
            rootName,
            certificate.notBefore(),
            certificate.notAfter(),
            Times.MAKER,
            signerName(certificate),
            point,
            Optional.empty(),
            rootId));
  }

  private static void require(CompressedCertificate certificate, int template) {
    if (certificate.template() != template || certificate.chain() != 0) {
      throw new IllegalArgumentException(
          "its template is "
              + certificate.template()
              + "."
              + certificate.chain()
              + " instead of "
              + template
              + ".0");
    }
  }

  @Override
  public Optional<byte[]> root() {
    return root;
  }
}
