package io.sallyport.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What a handshake agreed on, read from the handshake itself.
 *
 * @param stack name of the stack that made it
 * @param version TLS_1_2 or TLS_1_3; ANY while that is not agreed
 * @param cipherSuite the suite, once agreed
 * @param group the key-exchange group by its IANA name (such as "x25519"), where one was used
 * @param applicationProtocol the ALPN protocol, where one was agreed
 * @param serverName the SNI value that the client sent, where it sent one
 * @param peerCertificates the peer's chain, leaf first, as it was sent; empty without one
 * @param resumed whether an earlier session was resumed
 */
public record SessionInfo(
    String stack,
    TlsVersion version,
    Optional<CipherSuite> cipherSuite,
    Optional<String> group,
    Optional<String> applicationProtocol,
    Optional<String> serverName,
    List<X509Certificate> peerCertificates,
    boolean resumed) {
  /** Copies the list. */
  public SessionInfo {
    peerCertificates = List.copyOf(peerCertificates);
  }

  /** The state before anything was agreed. */
  public static SessionInfo none(String stack) {
    return new SessionInfo(
        stack,
        TlsVersion.ANY,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        false);
  }
}
