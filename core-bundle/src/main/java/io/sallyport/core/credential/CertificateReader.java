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
  private static final Set<String> LABELS = Set.of("CERTIFICATE", "X509 CERTIFICATE");

  /** OpenSSL's own form, whose trust settings nobody here would honour. */
  private static final String WITH_TRUST_SETTINGS = "TRUSTED CERTIFICATE";

  private CertificateReader() {}

  /**
   * What an input gave.
   *
   * @param certificates the readable ones, in order
   * @param failures what was wrong with the others
   */
  record Result(List<X509Certificate> certificates, List<Failure> failures) {}

  /**
   * A certificate that cannot be read.
   *
   * @param number its place in the input, from 1
   * @param reason what is wrong with it
   */
  record Failure(int number, CertificateException reason) {}

  static Result read(byte[] pemOrDer) {
    List<X509Certificate> good = new ArrayList<>();
    List<Failure> bad = new ArrayList<>();
    if (PemBlocks.looksLikePem(pemOrDer)) {
      for (PemBlocks.Block block : PemBlocks.find(pemOrDer)) {
        if (LABELS.contains(block.label()) || block.label().equals(WITH_TRUST_SETTINGS)) {
          try {
            good.add(pem(block));
          } catch (CertificateException e) {
            bad.add(new Failure(good.size() + bad.size() + 1, e));
          }
        }
      }
    } else if (pemOrDer.length > 0) {
      try {
        good.add(one(pemOrDer));
      } catch (CertificateException e) {
        bad.add(new Failure(1, e));
      }
    }
    return new Result(good, bad);
  }

  private static X509Certificate pem(PemBlocks.Block block) throws CertificateException {
    if (!block.complete()) {
      throw new CertificateException("its END CERTIFICATE line is missing");
    }
    if (block.label().equals(WITH_TRUST_SETTINGS)) {
      throw new CertificateException(
          "it is OpenSSL's TRUSTED CERTIFICATE form, which 'openssl x509' turns into the usual one");
    }
    return one(block.text().getBytes(StandardCharsets.ISO_8859_1));
  }

  private static X509Certificate one(byte[] encoded) throws CertificateException {
    ByteArrayInputStream in = new ByteArrayInputStream(encoded);
    X509Certificate certificate;
    try {
      certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (RuntimeException e) {
      throw new CertificateException(e.getMessage(), e);
    }
    for (byte rest : in.readAllBytes()) {
      if (rest != 0) {
        throw new CertificateException("something follows the certificate");
      }
    }
    return certificate;
  }

  static TlsException unreadable(Result result) {
    if (result.failures().isEmpty()) {
      return new TlsException(
          TlsErrorCode.X509_CRT_PARSE_FAILED,
          "There is no certificate in the input; give PEM with BEGIN CERTIFICATE lines, or DER.");
    }
    Failure first = result.failures().get(0);
    int all = result.certificates().size() + result.failures().size();
    return new TlsException(
        TlsErrorCode.X509_CRT_PARSE_FAILED,
        (all == 1 ? "The certificate" : "Certificate " + first.number() + " of " + all)
            + " cannot be read ("
            + first.reason().getMessage()
            + "); give PEM or DER as the authority issued it.",
        first.reason());
  }
}
