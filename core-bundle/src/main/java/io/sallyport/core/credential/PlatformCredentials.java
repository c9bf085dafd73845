package io.sallyport.core.credential;

import io.sallyport.tls.CertificateBundle;
import io.sallyport.tls.Credentials;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Certificates and keys from bytes, and the Java platform's roots. */
public final class PlatformCredentials implements Credentials {
  @Override
  public List<X509Certificate> certificates(byte[] pemOrDer) throws TlsException {
    CertificateReader.Result result = CertificateReader.read(pemOrDer);
    if (result.certificates().isEmpty() || !result.failures().isEmpty()) {
      throw CertificateReader.unreadable(result);
    }
    return List.copyOf(result.certificates());
  }

  @Override
  public PrivateKey privateKey(byte[] pemOrDer, char[] password) throws TlsException {
    return PrivateKeyReader.read(pemOrDer, password);
  }

  @Override
  public CertificateBundle certificateBundle(byte[] bytes) throws TlsException {
    if (PemBlocks.looksLikePem(bytes) || BundleFormat.looksLikeDer(bytes)) {
      return CertificateBundle.ofCertificates(new LinkedHashSet<>(certificates(bytes)));
    }
    return BundleFormat.read(bytes);
  }

  @Override
  public byte[] certificateBundle(CertificateBundle bundle) throws TlsException {
    return BundleFormat.write(bundle);
  }

  @Override
  public List<X509Certificate> platformRoots() throws TlsException {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      List<X509Certificate> roots =
          Stream.of(factory.getTrustManagers())
              .filter(X509TrustManager.class::isInstance)
              .map(X509TrustManager.class::cast)
              .flatMap(manager -> Arrays.stream(manager.getAcceptedIssuers()))
              .toList();
      if (roots.isEmpty()) {
        throw new TlsException(
            TlsErrorCode.X509_CRT_PARSE_FAILED,
            "The Java platform trusts no root certificate; check its cacerts file.");
      }
      return roots;
    } catch (GeneralSecurityException e) {
      throw new TlsException(
          TlsErrorCode.X509_CRT_PARSE_FAILED,
          "The Java platform's root certificates cannot be read; check its cacerts file.",
          e);
    }
  }
}
