package io.sallyport.launcher.demo;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.CertificateBuilder;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority and a server's certificate, made for one run and written to a private folder. */
final class DemoCertificates {
  /** The name that the server's certificate is for, besides the loopback addresses. */
  static final String HOST = "localhost";

  private final Path folder;
  private final CertificateAuthority authority =
      CertificateAuthority.root("CN=Sallyport demo authority");

  private final Issued client =
      authority.certificate().subject("CN=demo client").forClients().issue();

  private DemoCertificates(Path folder) {
    this.folder = folder;
  }

  /** Makes the files. */
  static DemoCertificates create(Path folder) throws IOException {
    DemoCertificates certificates = new DemoCertificates(folder);
    certificates.write();
    return certificates;
  }

  private CertificateBuilder server() {
    return authority
        .certificate()
        .subject("CN=" + HOST)
        .dns(HOST)
        .ip("127.0.0.1", "::1")
        .forServers();
  }

  /** Issues the server's certificate for a key in hardware, and gives its file. */
  Path issueFor(PublicKey key) throws IOException {
    KeyPair pair = new KeyPair(key, client.key()); // The private half is not looked at.
    Path file = folder.resolve("hardware.pem");
    return Files.write(file, Pem.certificates(server().key(pair).issue().chain()));
  }

  private void write() throws IOException {
    Issued server = server().issue();
    Files.write(authorityFile(), Pem.certificates(List.of(authority.authorityCertificate())));
    Files.write(certificateFile(), Pem.certificates(server.chain()));
    Files.write(clientFile(), Pem.certificates(client.chain()));
    writeKey(keyFile(), server);
    writeKey(clientKeyFile(), client);
  }

  private static void writeKey(Path key, Issued identity) throws IOException {
    if (key.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    byte[] pem = Pem.privateKey(identity.key());
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

  Path clientFile() {
    return folder.resolve("client.pem");
  }

  Path clientKeyFile() {
    return folder.resolve("client.key");
  }

  /** What a client of the JDK needs to trust the authority, and only it, and to be trusted. */
  SSLContext clientContext() throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("demo", authority.authorityCertificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
    own.load(null, null);
    own.setKeyEntry(
        "client", client.key(), new char[0], client.chain().toArray(new X509Certificate[0]));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
