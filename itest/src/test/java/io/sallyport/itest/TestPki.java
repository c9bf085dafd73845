package io.sallyport.itest;

import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.testkit.pki.Issued;
import io.sallyport.tls.Identity;
import io.sallyport.tls.TlsException;
import java.security.cert.X509Certificate;
import java.util.List;

/** One authority, a server and a client. */
final class TestPki {
  final CertificateAuthority ca = CertificateAuthority.root("CN=Test CA");
  final Issued server = ca.certificate().dns("localhost").ip("127.0.0.1").forServers().issue();
  final Issued client = ca.certificate().subject("CN=client").forClients().issue();

  List<X509Certificate> authorities() {
    return List.of(ca.authorityCertificate());
  }

  Identity serverIdentity() throws TlsException {
    return Identity.of(server.chain(), server.key());
  }

  Identity clientIdentity() throws TlsException {
    return Identity.of(client.chain(), client.key());
  }
}
