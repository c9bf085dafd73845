package io.sallyport.hw.atecc608a.certificate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Certificates of genuine chips, whose owners have published them: taken apart and rebuilt. */
class ChainTest {
  static Stream<Arguments> genuine() {
    return Stream.of(
        Arguments.of("2720", "KQp2ZkD8", "0123AA24BEF7983D01", "6827194AA945"),
        Arguments.of("f620", "MKMwyhP1", "01238CB07DCD507001", ""),
        Arguments.of("f600", "MKMwyhP1", "012361FD5EBDAA0601", ""));
  }

  private static List<X509Certificate> published(String name) throws Exception {
    try (InputStream in = ChainTest.class.getResourceAsStream("genuine-" + name + ".pem")) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
          .map(X509Certificate.class::cast)
          .toList();
    }
  }

  /** What such a chip holds, with the fields cut from the certificates. */
  static Memory memory(String name, String code, String serial, String address) throws Exception {
    List<X509Certificate> chain = published(name);
    byte[] otp = Arrays.copyOf(code.getBytes(StandardCharsets.US_ASCII), 64);
    int signerId = Integer.parseInt(name, 16);
    return new Memory(
        HexFormat.of().parseHex(serial),
        otp,
        point(chain.get(0)),
        Arrays.copyOf(address.getBytes(StandardCharsets.US_ASCII), 36),
        new byte[416],
        compressed(chain.get(0), signerId, 3),
        Memory.slotOf(point(chain.get(1))),
        compressed(chain.get(1), signerId, 1));
  }

  private static byte[] point(X509Certificate certificate) {
    byte[] info = certificate.getPublicKey().getEncoded();
    return Arrays.copyOfRange(info, info.length - 64, info.length);
  }

  private static byte[] compressed(X509Certificate certificate, int signerId, int template) {
    LocalDateTime begin =
        LocalDateTime.ofInstant(certificate.getNotBefore().toInstant(), ZoneOffset.UTC);
    LocalDateTime end =
        LocalDateTime.ofInstant(certificate.getNotAfter().toInstant(), ZoneOffset.UTC);
    return CompressedCertificate.of(
            Der.rawSignature(certificate.getSignature()),
            begin,
            end.getYear() - begin.getYear(),
            signerId,
            template,
            0,
            SerialSource.KEY_HASH)
        .encode();
  }

  @ParameterizedTest
  @MethodSource("genuine")
  void genuineCertificatesAreRebuiltToTheLastByte(
      String name, String code, String serial, String address) throws Exception {
    List<X509Certificate> rebuilt = Chain.rebuild(memory(name, code, serial, address));
    List<X509Certificate> published = published(name);
    assertEquals(2, rebuilt.size());
    for (int i = 0; i < 2; i++) {
      assertArrayEquals(published.get(i).getEncoded(), rebuilt.get(i).getEncoded());
    }
    rebuilt.get(0).verify(rebuilt.get(1).getPublicKey());
  }

  /** Each bit of what is signed or verified counts. */
  @ParameterizedTest
  @MethodSource("genuine")
  void whatWasChangedIsRefused(String name, String code, String serial, String address)
      throws Exception {
    Memory good = memory(name, code, serial, address);
    byte[][] parts = {good.device(), good.signerKey(), good.signer(), good.point(), good.serial()};
    for (byte[] part : parts) {
      for (int at = 0; at < part.length; at++) {
        boolean isGap = part == good.signerKey() && (at < 4 || (at >= 36 && at < 40));
        if (isGap) {
          continue;
        }
        part[at] ^= 1;
        CertificateException refusal =
            assertThrows(CertificateException.class, () -> Chain.rebuild(good));
        assertTrue(
            String.valueOf(refusal.getMessage()).endsWith("configure 'certificate' instead."),
            refusal.getMessage());
        part[at] ^= 1;
      }
    }
    assertEquals(2, Chain.rebuild(good).size());
  }

  @Test
  void aTrustAndGoChipWithoutAnAddressHasNoAlternativeName() throws Exception {
    Memory memory = memory("f620", "KQp2ZkD8", "01238CB07DCD507001", "");
    assertArrayEquals(
        published("f620").get(0).getEncoded(), Chain.rebuild(memory).get(0).getEncoded());
  }

  @Test
  void aBlankSlotIsNoError() throws Exception {
    Memory one = memory("f620", "MKMwyhP1", "01238CB07DCD507001", "");
    Arrays.fill(one.device(), (byte) 0);
    assertEquals(List.of(), Chain.rebuild(one));
    Arrays.fill(one.device(), (byte) 0xFF);
    assertEquals(List.of(), Chain.rebuild(one));
  }

  @Test
  void refusalsSayWhatIsWrong() throws Exception {
    assertRefused(
        memory("f620", "somebody", "01238CB07DCD507001", ""), "template that is not known");
    Memory other = memory("f620", "MKMwyhP1", "01238CB07DCD507001", "");
    other.signer()[68] ^= 1;
    assertRefused(other, "by signer F620, the one in slot 12 of signer F621");
    Memory template = memory("f620", "MKMwyhP1", "01238CB07DCD507001", "");
    template.device()[69] = 0x40;
    assertRefused(template, "its template is 4.0 instead of 3.0");
    Memory garbage = memory("f620", "MKMwyhP1", "01238CB07DCD507001", "");
    garbage.signer()[70] = 7;
    assertRefused(garbage, "Slot 12 holds no compressed certificate: its format is 7");
  }

  private static void assertRefused(Memory memory, String why) {
    CertificateException refusal =
        assertThrows(CertificateException.class, () -> Chain.rebuild(memory));
    assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal.getMessage());
  }
}
