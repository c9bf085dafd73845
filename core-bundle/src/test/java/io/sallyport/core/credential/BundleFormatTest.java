package io.sallyport.core.credential;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.CertificateBundle;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The format as {@code gen_crt_bundle.py} writes it and {@code esp_crt_bundle_set} checks it. */
class BundleFormatTest {
  private final PlatformCredentials credentials = new PlatformCredentials();
  private final List<X509Certificate> roots =
      List.of(
          CertificateAuthority.root("CN=Zürich Root, O=Ä").authorityCertificate(),
          CertificateAuthority.root(
                  "CN=A much longer name of an authority, O=B, C=DE", KeyType.RSA_2048)
              .authorityCertificate(),
          CertificateAuthority.root("CN=A", KeyType.EC_P384).authorityCertificate());

  private byte[] written() throws TlsException {
    return credentials.certificateBundle(CertificateBundle.ofCertificates(roots));
  }

  private TlsErrorCode refusal(byte[] bytes) {
    TlsException refused =
        assertThrows(TlsException.class, () -> credentials.certificateBundle(bytes));
    assertTrue(refused.getMessage().endsWith("."), refused.getMessage());
    return refused.code();
  }

  private static byte[] with(byte[] bytes, int place, int value) {
    byte[] changed = bytes.clone();
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(place, value);
    return changed;
  }

  /** One root, put together by hand from the description of the format. */
  @Test
  void theLayoutIsTheOneOfTheDevices() throws Exception {
    X509Certificate root = roots.get(2);
    byte[] name = root.getSubjectX500Principal().getEncoded();
    byte[] key = root.getPublicKey().getEncoded();
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    expected.write(new byte[] {4, 0, 0, 0});
    expected.write(new byte[] {(byte) name.length, 0, (byte) key.length, 0});
    expected.write(name);
    expected.write(key);
    assertArrayEquals(
        expected.toByteArray(),
        credentials.certificateBundle(CertificateBundle.ofCertificates(List.of(root))));
  }

  @Test
  void recordsAreSortedByTheBytesOfTheNameWhateverTheOrderOfTheInput() throws Exception {
    List<X509Certificate> turned = new ArrayList<>(roots);
    Collections.reverse(turned);
    assertArrayEquals(
        written(), credentials.certificateBundle(CertificateBundle.ofCertificates(turned)));
    List<byte[]> names =
        credentials.certificateBundle(written()).anchors().stream()
            .map(anchor -> anchor.getCA().getEncoded())
            .toList();
    assertEquals(3, names.size());
    assertTrue(Arrays.compareUnsigned(names.get(0), names.get(1)) < 0);
    assertTrue(Arrays.compareUnsigned(names.get(1), names.get(2)) < 0);
  }

  @Test
  void whatWasWrittenIsReadAgain() throws Exception {
    CertificateBundle read = credentials.certificateBundle(written());
    for (X509Certificate root : roots) {
      TrustAnchor anchor =
          read.anchors().stream()
              .filter(each -> each.getCA().equals(root.getSubjectX500Principal()))
              .findFirst()
              .orElseThrow();
      assertNull(anchor.getTrustedCert());
      assertArrayEquals(root.getPublicKey().getEncoded(), anchor.getCAPublicKey().getEncoded());
    }
    assertArrayEquals(written(), credentials.certificateBundle(read));
  }

  @Test
  void pemAndDerGiveTheSameBundle() throws Exception {
    CertificateBundle pem = credentials.certificateBundle(Pem.certificates(roots));
    assertEquals(3, pem.anchors().size());
    assertArrayEquals(written(), credentials.certificateBundle(pem));
    for (X509Certificate root : roots) {
      CertificateBundle der = credentials.certificateBundle(root.getEncoded());
      assertEquals(1, der.anchors().size());
      assertEquals(root, assertNotNullAnd(der.anchors().get(0).getTrustedCert()));
    }
  }

  private static X509Certificate assertNotNullAnd(X509Certificate certificate) {
    assertNotNull(certificate);
    return certificate;
  }

  @Test
  void aRootThatPemHasTwiceIsOneRoot() throws Exception {
    byte[] twice = Pem.certificates(List.of(roots.get(0), roots.get(1), roots.get(0)));
    assertEquals(2, credentials.certificateBundle(twice).anchors().size());
  }

  @Test
  void theRootsOfThePlatformSurviveTheFormat() throws Exception {
    List<X509Certificate> platform = credentials.platformRoots();
    List<X509Certificate> some =
        platform.subList(0, Math.min(BundleFormat.MAX_ROOTS, platform.size()));
    byte[] bundle = credentials.certificateBundle(CertificateBundle.ofCertificates(some));
    assertEquals(some.size(), credentials.certificateBundle(bundle).anchors().size());
  }

  @Test
  void theChecksOfTheOriginalAllHold() throws Exception {
    byte[] good = written();
    assertEquals(TlsErrorCode.INVALID_ARG, refusal(new byte[0]), "empty");
    assertEquals(TlsErrorCode.INVALID_ARG, refusal(Arrays.copyOf(good, 8)), "too small");
    assertEquals(TlsErrorCode.INVALID_ARG, refusal(with(good, 0, 0)), "no roots");
    assertEquals(TlsErrorCode.INVALID_ARG, refusal(with(good, 0, 13)), "not a multiple of four");
    assertEquals(
        TlsErrorCode.INVALID_ARG, refusal(with(good, 0, (good.length + 3) / 4 * 4)), "beyond");
    assertEquals(TlsErrorCode.INVALID_ARG, refusal(with(good, 0, -4)), "beyond, unsigned");
    assertEquals(TlsErrorCode.INVALID_ARG, refusal(with(good, 4, 16)), "a wrong middle offset");
    assertEquals(TlsErrorCode.INVALID_ARG, refusal(with(good, 8, good.length)), "the last beyond");
    assertEquals(
        TlsErrorCode.INVALID_ARG, refusal(Arrays.copyOf(good, good.length - 1)), "the last cut");
  }

  @ParameterizedTest
  @ValueSource(ints = {BundleFormat.MAX_ROOTS, BundleFormat.MAX_ROOTS + 1})
  void moreRootsThanADeviceTakesAreRefusedBothWays(int count) throws Exception {
    PublicKey key = roots.get(2).getPublicKey();
    List<TrustAnchor> anchors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      anchors.add(new TrustAnchor(new X500Principal("CN=Root " + (1000 + i)), key, null));
    }
    CertificateBundle bundle = CertificateBundle.of(anchors);
    if (count <= BundleFormat.MAX_ROOTS) {
      byte[] written = credentials.certificateBundle(bundle);
      assertEquals(count, credentials.certificateBundle(written).anchors().size());
      return;
    }
    assertEquals(
        TlsErrorCode.INVALID_ARG,
        assertThrows(TlsException.class, () -> credentials.certificateBundle(bundle)).code());
    byte[] tooMany = new byte[count * 4 + 100_000];
    assertEquals(TlsErrorCode.INVALID_ARG, refusal(with(tooMany, 0, count * 4)));
  }

  @Test
  void anEntryThatTheFormatCannotHoldIsRefused() {
    X500Principal name = new X500Principal("CN=" + "x".repeat(66_000));
    CertificateBundle bundle =
        CertificateBundle.of(List.of(new TrustAnchor(name, roots.get(0).getPublicKey(), null)));
    assertEquals(
        TlsErrorCode.INVALID_ARG,
        assertThrows(TlsException.class, () -> credentials.certificateBundle(bundle)).code());
  }

  @Test
  void aNameOrKeyThatIsNoneIsAParseError() throws Exception {
    byte[] one =
        credentials.certificateBundle(CertificateBundle.ofCertificates(List.of(roots.get(2))));
    byte[] badName = one.clone();
    badName[8] = 0x04;
    assertEquals(TlsErrorCode.X509_CRT_PARSE_FAILED, refusal(badName));
    byte[] badKey = one.clone();
    badKey[8 + one[4]] = 0x04;
    assertEquals(TlsErrorCode.X509_CRT_PARSE_FAILED, refusal(badKey));
    byte[] pem =
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
            .getBytes(StandardCharsets.US_ASCII);
    assertEquals(TlsErrorCode.X509_CRT_PARSE_FAILED, refusal(pem));
  }

  @Test
  void damagedInputIsRefusedAndNeverMore() throws Exception {
    int refused = Mutations.refused(written(), 20_000, credentials::certificateBundle);
    assertTrue(refused > 15_000, "refused " + refused);
    Mutations.refused(roots.get(0).getEncoded(), 5_000, credentials::certificateBundle);
    Mutations.refused(Pem.certificates(roots), 5_000, credentials::certificateBundle);
  }
}
