package io.sallyport.hw.pkcs11;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/** A certificate chain in a file, PEM or DER. */
final class CertificateFile {
  private CertificateFile() {}

  /**
   * Reads it.
   *
   * @return leaf first, at least one
   * @throws TlsException INVALID_ARG when the file cannot be read, X509_CRT_PARSE_FAILED when it
   *     holds something else
   */
  static List<X509Certificate> read(Path file) throws TlsException {
    try (InputStream in = Files.newInputStream(file)) {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (chain.isEmpty()) {
        throw new TlsException(
            TlsErrorCode.X509_CRT_PARSE_FAILED,
            "The file " + file + " has no certificate; put the key's chain there, as PEM.");
      }
      return chain;
    } catch (TlsException e) {
      throw e;
    } catch (CertificateException e) {
      throw new TlsException(
          TlsErrorCode.X509_CRT_PARSE_FAILED,
          "The certificates in " + file + " cannot be read: " + e.getMessage() + ".",
          e);
    } catch (IOException e) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The certificate file " + file + " cannot be read; check 'certificate'.",
          e);
    }
  }
}
