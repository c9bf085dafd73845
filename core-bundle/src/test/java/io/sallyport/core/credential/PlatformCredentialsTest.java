package io.sallyport.core.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.KeyType;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.Identity;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlatformCredentialsTest {
  private static final char[] PASSWORD = "correct horse".toCharArray();

  private final PlatformCredentials credentials = new PlatformCredentials();
  private final CertificateAuthority ca = CertificateAuthority.root("CN=CA");

  private static byte[] der(byte[] pem) {
    String text = new String(pem, StandardCharsets.US_ASCII);
    return Base64.getMimeDecoder().decode(text.replaceAll("-----[^-]+-----", ""));
  }

  private static TlsException fails(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(TlsException.class, call);
  }

  @ParameterizedTest
  @EnumSource(
      value = KeyType.class,
      names = {"EC_P256", "EC_P384", "EC_P521", "RSA_2048"})
  void everyFormOfAKeyIsReadAndMatchesItsCertificate(KeyType type) throws Exception {
    Issued issued = ca.certificate().key(type).issue();
    List<byte[]> forms =
        List.of(
            Pem.privateKey(issued.key()),
            Pem.traditionalPrivateKey(issued.key()),
            Pem.encryptedPrivateKey(issued.key(), PASSWORD));
    for (byte[] pem : forms) {
      for (byte[] form : List.of(pem, der(pem))) {
        PrivateKey key = credentials.privateKey(form, PASSWORD);
        Identity.of(issued.chain(), key);
      }
    }
  }

  @Test
  void aWrongAndAMissingPasswordAreToldApart() {
    byte[] encrypted = Pem.encryptedPrivateKey(ca.certificate().issue().key(), PASSWORD);
    TlsException wrong = fails(() -> credentials.privateKey(encrypted, "wrong".toCharArray()));
    assertEquals(TlsErrorCode.PK_PARSE_KEY_FAILED, wrong.code());
    assertTrue(wrong.getMessage().contains("password is wrong"), wrong.getMessage());
    TlsException missing = fails(() -> credentials.privateKey(encrypted, new char[0]));
    assertTrue(missing.getMessage().contains("no password"), missing.getMessage());
    assertFalse(wrong.getMessage().contains("correct horse"));
  }

  @Test
  void whatIsNoKeyIsRefusedInOneSentence() {
    for (String junk :
        List.of("", "junk", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")) {
      TlsException refused =
          fails(() -> credentials.privateKey(junk.getBytes(StandardCharsets.UTF_8), PASSWORD));
      assertEquals(TlsErrorCode.PK_PARSE_KEY_FAILED, refused.code(), junk);
    }
    byte[] certificate = Pem.certificates(List.of(ca.authorityCertificate()));
    assertTrue(
        fails(() -> credentials.privateKey(certificate, PASSWORD))
            .getMessage()
            .contains("no private key"));
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() {
    Issued one = ca.certificate().issue();
    Issued other = ca.certificate().issue();
    assertEquals(
        TlsErrorCode.SSL_CONF_OWN_CERT_FAILED,
        fails(() -> Identity.of(one.chain(), other.key())).code());
    Issued rsa = ca.certificate().key(KeyType.RSA_2048).issue();
    assertEquals(
        TlsErrorCode.SSL_CONF_OWN_CERT_FAILED,
        fails(() -> Identity.of(one.chain(), rsa.key())).code());
  }

  @Test
  void certificatesAreReadAsPemWithTextAroundAndAsDer() throws Exception {
    Issued issued = ca.intermediate("CN=Intermediate").certificate().issue();
    byte[] pem = Pem.certificates(issued.chain());
    byte[] withText =
        ("subject=…\n" + new String(pem, StandardCharsets.US_ASCII) + "\0")
            .getBytes(StandardCharsets.UTF_8);
    assertEquals(issued.chain(), credentials.certificates(withText));
    assertEquals(
        List.of(issued.certificate()), credentials.certificates(issued.certificate().getEncoded()));
    assertEquals(
        TlsErrorCode.X509_CRT_PARSE_FAILED,
        fails(() -> credentials.certificates(new byte[0])).code());
  }

  @Test
  void thePlatformHasRoots() throws Exception {
    assertFalse(credentials.platformRoots().isEmpty());
  }

  @Test
  void theGlobalStoreTakesWhatIsGoodAndCountsWhatIsNot() throws Exception {
    AtomicInteger changes = new AtomicInteger();
    GlobalCaStore store = new GlobalCaStore(changes::incrementAndGet);
    ByteArrayOutputStream partly = new ByteArrayOutputStream();
    partly.write(Pem.certificates(List.of(ca.authorityCertificate())));
    partly.write(
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
            .getBytes(StandardCharsets.US_ASCII));
    assertEquals(1, store.add(partly.toByteArray()));
    CertificateAuthority other = CertificateAuthority.root("CN=Other");
    assertEquals(0, store.add(Pem.certificates(List.of(other.authorityCertificate()))));
    assertEquals(0, store.add(Pem.certificates(List.of(other.authorityCertificate()))));
    assertEquals(
        List.of(ca.authorityCertificate(), other.authorityCertificate()), store.certificates());
    assertEquals(
        TlsErrorCode.X509_CRT_PARSE_FAILED,
        fails(() -> store.add("junk".getBytes(StandardCharsets.UTF_8))).code());
    assertEquals(2, store.certificates().size());
    store.clear();
    assertTrue(store.certificates().isEmpty());
    assertEquals(4, changes.get());
  }
}
