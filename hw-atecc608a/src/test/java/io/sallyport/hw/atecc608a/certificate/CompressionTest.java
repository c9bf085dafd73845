package io.sallyport.hw.atecc608a.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.hw.atecc608a.certificate.Contents.Kind;
import io.sallyport.hw.atecc608a.certificate.Contents.Times;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Certificates of an owner's own authority, compressed for a TrustCUSTOM chip. */
class CompressionTest {
  private static final byte[] CHIP = HexFormat.of().parseHex("0123cfe1ef17f0b001");
  private static final LocalDateTime BEGIN = LocalDateTime.of(2026, 5, 6, 7, 0);

  private final KeyPair root = pair();
  private final KeyPair signer = pair();
  private final KeyPair device = pair();

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] point(KeyPair pair) {
    byte[] info = pair.getPublic().getEncoded();
    return Arrays.copyOfRange(info, info.length - 64, info.length);
  }

  private static X509Certificate issue(Contents contents, KeyPair by) throws Exception {
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(by.getPrivate());
    signature.update(contents.encode());
    return Chain.certificate(contents, signature.sign());
  }

  private X509Certificate signerCertificate(String name, Times times) throws Exception {
    return issue(
        new Contents(
            Kind.SIGNER,
            new byte[] {17},
            Name.of("Example", "Example Root"),
            BEGIN.minusYears(2),
            BEGIN.plusYears(8),
            times,
            Name.of("Example", name),
            point(signer),
            Optional.empty(),
            Contents.keyId(point(root))),
        root);
  }

  private Contents deviceContents(LocalDateTime end, Times times, Optional<String> eui48) {
    return new Contents(
        Kind.DEVICE,
        new byte[] {0x7F, 1, 2, 3, 4, 5, 6, 7},
        Name.of("Example", "Example Signer FFFF"),
        BEGIN,
        end,
        times,
        Name.of("Example", "device 4711"),
        point(device),
        eui48,
        Contents.keyId(point(signer)));
  }

  private Memory memory(Compression compression) {
    return new Memory(
        CHIP,
        new byte[64],
        point(device),
        new byte[0],
        Arrays.copyOf(compression.general(), 416),
        compression.device(),
        compression.signerKey(),
        compression.signer());
  }

  @ParameterizedTest
  @EnumSource(Times.class)
  void whatFitsComesBackToTheLastByte(Times times) throws Exception {
    List<X509Certificate> chain =
        List.of(
            issue(deviceContents(BEGIN.plusYears(40), times, Optional.empty()), signer),
            signerCertificate("Example Signer FFFF", times));
    Compression compression = Compression.of(chain, CHIP, point(device));
    assertEquals(72, compression.device().length);
    assertEquals(chain, Chain.rebuild(memory(compression)));
  }

  @Test
  void aSerialNumberThatCanBeComputedIsNotStored() throws Exception {
    CompressedCertificate dates =
        CompressedCertificate.of(new byte[64], BEGIN, 10, 0xFFFF, 0, 0, SerialSource.KEY_HASH);
    Contents contents = deviceContents(BEGIN.plusYears(10), Times.MAKER, Optional.empty());
    Contents computed =
        new Contents(
            Kind.DEVICE,
            SerialSource.KEY_HASH.serial(dates, point(device), CHIP),
            contents.issuer(),
            BEGIN,
            contents.notAfter(),
            Times.MAKER,
            contents.subject(),
            contents.point(),
            Optional.empty(),
            contents.authorityKeyId());
    List<X509Certificate> chain =
        List.of(issue(computed, signer), signerCertificate("Example Signer FFFF", Times.RFC_5280));
    Compression compression = Compression.of(chain, CHIP, point(device));
    assertEquals((byte) 0xA1 & 0xF0, compression.device()[70] & 0xF0);
    assertEquals(chain, Chain.rebuild(memory(compression)));
  }

  @Test
  void damagedNamesAreRefused() throws Exception {
    List<X509Certificate> chain =
        List.of(
            issue(deviceContents(BEGIN.plusYears(1), Times.RFC_5280, Optional.empty()), signer),
            signerCertificate("Example Signer FFFF", Times.RFC_5280));
    Memory memory = memory(Compression.of(chain, CHIP, point(device)));
    for (int at : new int[] {0, 8, 29, 30, 40, 130, 131}) {
      memory.general()[at] ^= 0x7F;
      CertificateException refusal =
          assertThrows(CertificateException.class, () -> Chain.rebuild(memory), "at " + at);
      assertTrue(String.valueOf(refusal.getMessage()).endsWith("'certificate' instead."));
      memory.general()[at] ^= 0x7F;
    }
    memory.signer()[3] ^= 1;
    assertThrows(CertificateException.class, () -> Chain.rebuild(memory));
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheReason() throws Exception {
    X509Certificate authority = signerCertificate("Example Signer FFFF", Times.MAKER);
    X509Certificate leaf =
        issue(deviceContents(BEGIN.plusYears(1), Times.MAKER, Optional.empty()), signer);
    assertRefused(List.of(leaf), "there must be two");
    assertRefused(
        List.of(leaf, signerCertificate("Example Signer", Times.MAKER)),
        "must end with four hexadecimal digits");
    assertRefused(
        List.of(
            issue(
                deviceContents(BEGIN.plusYears(1).plusHours(1), Times.MAKER, Optional.empty()),
                signer),
            authority),
        "of the device's, it is valid from");
    assertRefused(
        List.of(
            issue(deviceContents(BEGIN.plusYears(200), Times.MAKER, Optional.empty()), signer),
            authority),
        "it is valid for 200 years");
    assertRefused(
        List.of(
            issue(
                deviceContents(BEGIN.plusYears(1), Times.MAKER, Optional.of("001122334455")),
                signer),
            authority),
        "the device's must have these extensions in this order");
    assertRefused(
        List.of(
            issue(deviceContents(BEGIN.plusYears(1), Times.MAKER, Optional.empty()), root),
            authority),
        "does not verify under the signer's key");
    CertificateException other =
        assertThrows(
            CertificateException.class,
            () -> Compression.of(List.of(leaf, authority), CHIP, point(root)));
    assertTrue(String.valueOf(other.getMessage()).contains("not for the chip's key"));
  }

  private void assertRefused(List<X509Certificate> chain, String why) {
    CertificateException refusal =
        assertThrows(CertificateException.class, () -> Compression.of(chain, CHIP, point(device)));
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains(why), message);
    assertTrue(message.endsWith("Configure them as 'certificate', a file, instead."), message);
  }
}
