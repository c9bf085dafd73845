package io.sallyport.itest;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The certificates of these tests as PEM files, made once, outside of the containers. Bundles in a
 * container read them with the platform's own {@code Credentials}.
 */
final class PkiFiles {
  private static final Path FOLDER = Settings.work().resolve("pki");

  private PkiFiles() {}

  /** The folder: ca.pem, server.pem, server.key, client.pem, client.key and the wrong ones. */
  static synchronized Path folder() {
    if (!Files.exists(FOLDER.resolve("complete"))) {
      try {
        Files.createDirectories(FOLDER);
        make();
        Files.writeString(FOLDER.resolve("complete"), "");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return FOLDER;
  }

  private static void make() throws IOException {
    CertificateAuthority root = CertificateAuthority.root("CN=Test CA");
    authority("ca", root);
    authority("other-ca", CertificateAuthority.root("CN=Other CA"));
    CertificateAuthority below = root.intermediate("CN=Issuing CA");
    write("server", below.certificate().dns("localhost").ip("127.0.0.1").forServers().issue());
    write("server-2", root.certificate().dns("localhost").ip("127.0.0.1").issue());
    write("wrong-name", root.certificate().subject("CN=other").dns("other.example").issue());
    write("expired", root.certificate().dns("localhost").ip("127.0.0.1").expired().issue());
    write("client", root.certificate().subject("CN=client").forClients().issue());
    write("expired-client", root.certificate().subject("CN=late").forClients().expired().issue());
  }

  private static void authority(String name, CertificateAuthority authority) throws IOException {
    Files.write(
        FOLDER.resolve(name + ".pem"), Pem.certificates(List.of(authority.authorityCertificate())));
  }

  private static void write(String name, Issued issued) throws IOException {
    Files.write(FOLDER.resolve(name + ".pem"), Pem.certificates(issued.chain()));
    Files.write(FOLDER.resolve(name + ".key"), Pem.privateKey(issued.key()));
  }
}
