package io.sallyport.tls.engine;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.SessionInfo;
import io.sallyport.tls.TlsVersion;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * What was read along in a handshake.
 *
 * @param version TLS_1_2 or TLS_1_3; ANY while it is not known
 * @param cipherSuite the suite's number, -1 while it is not known
 * @param group the key-exchange group
 * @param serverName the SNI value of the client
 * @param resumed whether an earlier session was resumed
 */
record HandshakeSummary(
    TlsVersion version,
    int cipherSuite,
    Optional<String> group,
    Optional<String> serverName,
    boolean resumed) {
  static final HandshakeSummary UNKNOWN =
      new HandshakeSummary(TlsVersion.ANY, -1, Optional.empty(), Optional.empty(), false);

  static HandshakeSummary of(HandshakeObserver observer) {
    Optional<String> serverName = observer.clientHello().flatMap(ClientHello::serverName);
    Optional<ServerHello> hello = observer.serverHello();
    if (hello.isEmpty()) {
      return new HandshakeSummary(TlsVersion.ANY, -1, Optional.empty(), serverName, false);
    }
    TlsVersion version =
        switch (hello.get().version()) {
          case 0x0303 -> TlsVersion.TLS_1_2;
          case 0x0304 -> TlsVersion.TLS_1_3;
          default -> TlsVersion.ANY;
        };
    return new HandshakeSummary(
        version, hello.get().cipherSuite(), observer.group(), serverName, observer.resumed());
  }

  /** The same of a handshake whose pre-shared key is an external one. */
  HandshakeSummary notResumed() {
    return new HandshakeSummary(version, cipherSuite, group, serverName, false);
  }

  /**
   * Adds what the engine knows.
   *
   * @param complete whether the handshake is over
   * @param authenticated whether the peer had to show a certificate
   */
  SessionInfo toSessionInfo(
      String stack, SSLEngine engine, boolean complete, boolean authenticated) {
    return new SessionInfo(
        stack,
        version,
        CipherSuite.ofNumber(cipherSuite),
        group,
        complete ? applicationProtocol(engine) : Optional.empty(),
        serverName,
        complete && authenticated ? peerCertificates(engine) : List.of(),
        resumed);
  }

  private static Optional<String> applicationProtocol(SSLEngine engine) {
    return Optional.ofNullable(engine.getApplicationProtocol()).filter(name -> !name.isEmpty());
  }

  private static List<X509Certificate> peerCertificates(SSLEngine engine) {
    try {
      Certificate[] chain = engine.getSession().getPeerCertificates();
      return Arrays.stream(chain)
          .filter(X509Certificate.class::isInstance)
          .map(X509Certificate.class::cast)
          .toList();
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }
}
