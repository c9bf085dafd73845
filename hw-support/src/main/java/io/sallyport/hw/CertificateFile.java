package io.sallyport.hw;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

/** The certificates of a key, in a PEM file. */
public final class CertificateFile {
  private CertificateFile() {}

  /**
   * Reads a chain.
   *
   * @param file PEM, or one certificate in DER
   * @param setting the configuration's key that names the file, for the message
   * @return at least one, leaf first
   * @throws TlsException INVALID_ARG when there is none
   */
  public static List<X509Certificate> read(Path file, String setting) throws TlsException {
    try (InputStream in = Files.newInputStream(file)) {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!chain.isEmpty()) {
        return chain;
      }
    } catch (IOException | CertificateException e) {
      throw new TlsException(TlsErrorCode.INVALID_ARG, unreadable(file, setting), e);
    }
    throw new TlsException(TlsErrorCode.INVALID_ARG, unreadable(file, setting));
  }

  private static String unreadable(Path file, String setting) {
    return "No certificates can be read from " + file + "; correct '" + setting + "'.";
  }

  /**
   * Whether a chain's leaf is for a key.
   *
   * @param chain at least one certificate, leaf first
   */
  public static boolean isFor(List<X509Certificate> chain, PublicKey key) {
    return Arrays.equals(chain.get(0).getPublicKey().getEncoded(), key.getEncoded());
  }
}
