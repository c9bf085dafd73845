package io.sallyport.itest;

import io.sallyport.testkit.pki.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** TLS by the JDK alone, as an independent peer. */
final class JdkTls {
  private static final int PATIENCE_MS = 60_000;

  private JdkTls() {}

  /** A context that trusts these authorities and has this identity. */
  static SSLContext context(List<X509Certificate> authorities, Issued identity)
      throws GeneralSecurityException, IOException {
    char[] password = "test".toCharArray();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, password);
    keys.setKeyEntry("own", identity.key(), password, identity.chain().toArray(new Certificate[0]));
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, password);
    for (X509Certificate authority : authorities) {
      trusted.setCertificateEntry(authority.getSerialNumber().toString(), authority);
    }
    KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
    keyManagers.init(keys, password);
    TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
    trustManagers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    return context;
  }

  /** Connects, verifies the name localhost, and performs the handshake. */
  static SSLSocket connect(SSLContext context, int port, String... protocols) throws IOException {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MS);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setProtocols(protocols.length == 0 ? new String[] {"TLSv1.3"} : protocols);
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }
}
