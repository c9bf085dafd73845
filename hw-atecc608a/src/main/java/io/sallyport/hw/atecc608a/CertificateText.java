package io.sallyport.hw.atecc608a;

import io.sallyport.hw.atecc608a.certificate.Pem;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** Certificates for an operator's eyes, and as PEM for programs, which skip the lines between. */
final class CertificateText {
  private CertificateText() {}

  /** A chain, leaf first. */
  static String of(List<X509Certificate> chain) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < chain.size(); i++) {
      X509Certificate one = chain.get(i);
      text.append("subject   ").append(one.getSubjectX500Principal().getName()).append('\n');
      text.append("issuer    ").append(one.getIssuerX500Principal().getName()).append('\n');
      text.append("serial    ").append(one.getSerialNumber().toString(16)).append('\n');
      text.append("valid     ")
          .append(one.getNotBefore().toInstant())
          .append(" to ")
          .append(one.getNotAfter().toInstant())
          .append(isValid(one) ? "" : ", not now")
          .append('\n');
      text.append("verifies  ").append(verification(chain, i)).append('\n');
      text.append(Pem.certificate(one));
    }
    return text.toString();
  }

  private static boolean isValid(X509Certificate one) {
    Instant now = Instant.now();
    return !now.isBefore(one.getNotBefore().toInstant())
        && !now.isAfter(one.getNotAfter().toInstant());
  }

  private static String verification(List<X509Certificate> chain, int i) {
    X509Certificate one = chain.get(i);
    boolean isSelfIssued = one.getSubjectX500Principal().equals(one.getIssuerX500Principal());
    if (i + 1 == chain.size() && !isSelfIssued) {
      return "by its issuer's certificate, which is not among these";
    }
    try {
      one.verify(chain.get(isSelfIssued ? i : i + 1).getPublicKey());
      return "yes, by " + (isSelfIssued ? "itself" : "the next one");
    } catch (GeneralSecurityException e) {
      return "no: it is not signed by the next one";
    }
  }
}
