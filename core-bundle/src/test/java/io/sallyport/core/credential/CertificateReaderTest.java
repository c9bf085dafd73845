package io.sallyport.core.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateReaderTest {
  private final PlatformCredentials credentials = new PlatformCredentials();
  private final CertificateAuthority ca = CertificateAuthority.root("CN=CA");
  private final List<X509Certificate> chain =
      ca.intermediate("CN=Intermediate").certificate().issue().chain();
  private final String pem =
      new String(Pem.certificates(chain), StandardCharsets.US_ASCII).replace("\r", "");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String refusal(byte[] input) {
    TlsException refused = assertThrows(TlsException.class, () -> credentials.certificates(input));
    assertEquals(TlsErrorCode.X509_CRT_PARSE_FAILED, refused.code());
    return refused.getMessage();
  }

  @Test
  void theWaysInWhichPeopleHavePemAreRead() throws Exception {
    String leaf = pem.substring(0, pem.indexOf("-----BEGIN", 10));
    String rest = pem.substring(leaf.length());
    for (String form :
        List.of(
            pem,
            pem.replace("\n", "\r\n"),
            pem.strip(),
            pem + "\0",
            "\uFEFF" + pem,
            " s:CN = leaf\n i:CN = Intermediate\n" + leaf + "\n---\n 1 s:…\n" + rest + "---\n",
            pem.replace("CERTIFICATE", "X509 CERTIFICATE"))) {
      assertEquals(chain, credentials.certificates(bytes(form)), form);
    }
  }

  @Test
  void orderAndRepetitionsStayAsTheyWere() throws Exception {
    List<X509Certificate> odd = List.of(chain.get(1), chain.get(0), chain.get(1));
    assertEquals(odd, credentials.certificates(Pem.certificates(odd)));
  }

  @Test
  void keysBesideTheCertificatesArePassedOver() throws Exception {
    byte[] key = Pem.privateKey(ca.certificate().issue().key());
    String both = new String(key, StandardCharsets.US_ASCII) + pem;
    assertEquals(chain, credentials.certificates(bytes(both)));
    assertTrue(refusal(key).startsWith("There is no certificate in the input"));
  }

  @Test
  void aCertificateThatWasCutShortIsNotPassedOver() {
    String cut = pem.substring(0, pem.length() - 40);
    String sentence = refusal(bytes(cut));
    assertTrue(sentence.startsWith("Certificate 2 of 2 cannot be read"), sentence);
    assertTrue(sentence.contains("END CERTIFICATE"), sentence);
  }

  @Test
  void aCertificateThatWasCutShortDoesNotTakeTheNextWithIt() throws Exception {
    GlobalCaStore store = new GlobalCaStore(new AtomicInteger()::incrementAndGet);
    String cut = pem.substring(0, 100) + "\n" + pem;
    assertEquals(1, store.add(bytes(cut)));
    assertEquals(chain, store.certificates());
  }

  @Test
  void theErrorSaysWhichOneAndWhatToDo() {
    String junk = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assertTrue(refusal(bytes(junk)).startsWith("The certificate cannot be read ("));
    String sentence = refusal(bytes(pem + junk));
    assertTrue(sentence.startsWith("Certificate 3 of 3 cannot be read ("), sentence);
    assertTrue(sentence.endsWith("give PEM or DER as the authority issued it."), sentence);
    assertTrue(refusal(bytes("junk")).startsWith("The certificate cannot be read ("));
    assertTrue(refusal(new byte[0]).startsWith("There is no certificate"));
  }

  @Test
  void derIsOneCertificateAndNothingMore() throws Exception {
    byte[] der = chain.get(0).getEncoded();
    assertEquals(List.of(chain.get(0)), credentials.certificates(der));
    assertEquals(
        List.of(chain.get(0)), credentials.certificates(Arrays.copyOf(der, der.length + 1)));
    byte[] next = chain.get(1).getEncoded();
    byte[] two = Arrays.copyOf(der, der.length + next.length);
    System.arraycopy(next, 0, two, der.length, next.length);
    assertTrue(refusal(two).contains("something follows the certificate"));
    assertTrue(refusal(Arrays.copyOf(der, der.length - 1)).contains("cannot be read"));
  }

  @Test
  void trustSettingsOfOpensslAreNotIgnored(@TempDir Path folder) throws Exception {
    Openssl.assumeInstalled();
    Files.write(folder.resolve("in.pem"), Pem.certificates(chain.subList(0, 1)));
    Openssl.run(
        folder, "x509", "-in", "in.pem", "-trustout", "-addreject", "serverAuth", "-out", "t.pem");
    assertTrue(refusal(Files.readAllBytes(folder.resolve("t.pem"))).contains("openssl x509"));
  }

  @Test
  void damagedInputIsRefusedAndNeverMore() throws Exception {
    Mutations.refused(chain.get(0).getEncoded(), 10_000, credentials::certificates);
    Mutations.refused(bytes(pem), 10_000, credentials::certificates);
  }
}
