package io.sallyport.core.credential;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads X.509 certificates, PEM (one or many) or DER (one). */
final class CertificateReader {
  private static final Set<String> LABELS =
      Set.of("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE");

  private CertificateReader() {}

  /**
   * What an input gave.
   *
   * @param certificates the readable ones, in order
   * @param failures what was wrong with the others
   */
  record Result(List<X509Certificate> certificates, List<CertificateException> failures) {}

  static Result read(byte[] pemOrDer) {
    List<X509Certificate> good = new ArrayList<>();
    List<CertificateException> bad = new ArrayList<>();
    if (PemBlocks.looksLikePem(pemOrDer)) {
      for (PemBlocks.Block block : PemBlocks.find(pemOrDer)) {
        if (LABELS.contains(block.label())) {
          readOne(block.text().getBytes(StandardCharsets.ISO_8859_1), good, bad);
        }
      }
    } else if (pemOrDer.length > 0) {
      readOne(pemOrDer, good, bad);
    }
    return new Result(good, bad);
  }

  private static void readOne(
      byte[] encoded, List<X509Certificate> good, List<CertificateException> bad) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      good.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(encoded)));
    } catch (CertificateException e) {
      bad.add(e);
    }
  }

  static TlsException unreadable(Result result) {
    if (result.failures().isEmpty()) {
      return new TlsException(
          TlsErrorCode.X509_CRT_PARSE_FAILED,
          "There is no certificate in the input; give PEM with BEGIN CERTIFICATE lines, or DER.");
    }
    CertificateException first = result.failures().get(0);
    return new TlsException(
        TlsErrorCode.X509_CRT_PARSE_FAILED,
        (result.certificates().isEmpty()
                ? "The certificate"
                : "One of the certificates (number "
                    + (result.certificates().size() + 1)
                    + " or later)")
            + " cannot be read ("
            + first.getMessage()
            + "); give PEM or DER as the authority issued it.",
        first);
  }
}
