package io.sallyport.launcher.demo;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority and a server's certificate, made for one run and written to a private folder. */
final class DemoCertificates {
  /** The name that the server's certificate is for, besides the loopback addresses. */
  static final String HOST = "localhost";

  private final Path folder;
  private final CertificateAuthority authority =
      CertificateAuthority.root("CN=Sallyport demo authority");

  private DemoCertificates(Path folder) {
    this.folder = folder;
  }

  /** Makes the files. */
  static DemoCertificates create(Path folder) throws IOException {
    DemoCertificates certificates = new DemoCertificates(folder);
    certificates.write();
    return certificates;
  }

  private void write() throws IOException {
    Issued server =
        authority
            .certificate()
            .subject("CN=" + HOST)
            .dns(HOST)
            .ip("127.0.0.1", "::1")
            .forServers()
            .issue();
    Files.write(authorityFile(), Pem.certificates(List.of(authority.authorityCertificate())));
    Files.write(certificateFile(), Pem.certificates(server.chain()));
    Path key = keyFile();
    if (key.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    byte[] pem = Pem.privateKey(server.key());
    Files.write(key, pem);
    Arrays.fill(pem, (byte) 0);
  }

  Path authorityFile() {
    return folder.resolve("ca.pem");
  }

  Path certificateFile() {
    return folder.resolve("server.pem");
  }

  Path keyFile() {
    return folder.resolve("server.key");
  }

  /** What a client of the JDK needs to trust the authority, and only it. */
  SSLContext clientContext() throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("demo", authority.authorityCertificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
