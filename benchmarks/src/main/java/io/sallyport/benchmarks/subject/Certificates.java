package io.sallyport.benchmarks.subject;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes the certificate of a run: self-signed, ECDSA P-256. */
public final class Certificates {

  private Certificates() {}

  /** Writes certificate and key as PEM files into a folder and returns the site with them. */
  public static Site write(Path directory, int backendPort) throws IOException {
    X509Bundle bundle;
    try {
      bundle =
          new CertificateBuilder()
              .subject("CN=localhost")
              .addSanDnsName("localhost")
              .setIsCertificateAuthority(true)
              .ecp256()
              .buildSelfSigned();
    } catch (Exception e) {
      throw new IOException("Cannot make a P-256 certificate with this JDK: " + e.getMessage(), e);
    }
    Path certificate = directory.resolve("server.pem");
    Path key = directory.resolve("server.key");
    Files.writeString(certificate, bundle.getCertificatePathPEM());
    Files.writeString(key, bundle.getPrivateKeyPEM());
    return new Site(backendPort, certificate, key);
  }
}
