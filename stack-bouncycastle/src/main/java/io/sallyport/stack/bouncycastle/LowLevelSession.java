package io.sallyport.stack.bouncycastle;

import java.security.Principal;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/** What a handshake has come to; or is coming to, while the peer is verified. Immutable. */
final class LowLevelSession extends ExtendedSSLSession {
  private static final int MAX_PACKET = 16709;
  private static final int MAX_PLAINTEXT = 16384;

  private final String host;
  private final int port;
  private final String protocol;
  private final String cipherSuite;
  private final List<X509Certificate> peerChain;
  private final List<byte[]> statusResponses;
  private final long created = System.currentTimeMillis();

  LowLevelSession(
      String host,
      int port,
      String protocol,
      String cipherSuite,
      List<X509Certificate> peerChain,
      List<byte[]> statusResponses) {
    this.host = host;
    this.port = port;
    this.protocol = protocol;
    this.cipherSuite = cipherSuite;
    this.peerChain = List.copyOf(peerChain);
    this.statusResponses = List.copyOf(statusResponses);
  }

  /** The state before a handshake. */
  static LowLevelSession none(String host, int port) {
    return new LowLevelSession(host, port, "NONE", "TLS_NULL_WITH_NULL_NULL", List.of(), List.of());
  }

  @Override
  public List<byte[]> getStatusResponses() {
    return statusResponses;
  }

  @Override
  public Certificate[] getPeerCertificates() throws SSLPeerUnverifiedException {
    if (peerChain.isEmpty()) {
      throw new SSLPeerUnverifiedException("The peer showed no certificate.");
    }
    return peerChain.toArray(new Certificate[0]);
  }

  @Override
  public Principal getPeerPrincipal() throws SSLPeerUnverifiedException {
    return ((X509Certificate) getPeerCertificates()[0]).getSubjectX500Principal();
  }

  @Override
  public String getProtocol() {
    return protocol;
  }

  @Override
  public String getCipherSuite() {
    return cipherSuite;
  }

  @Override
  public String getPeerHost() {
    return host;
  }

  @Override
  public int getPeerPort() {
    return port;
  }

  @Override
  public int getPacketBufferSize() {
    return MAX_PACKET;
  }

  @Override
  public int getApplicationBufferSize() {
    return MAX_PLAINTEXT;
  }

  @Override
  public long getCreationTime() {
    return created;
  }

  @Override
  public long getLastAccessedTime() {
    return created;
  }

  /** Nothing is kept here; sessions are the caller's. */
  @Override
  public void invalidate() {
    // There is nothing to forget.
  }

  @Override
  public boolean isValid() {
    return false;
  }

  @Override
  public byte[] getId() {
    return new byte[0];
  }

  @Override
  public @Nullable SSLSessionContext getSessionContext() {
    return null;
  }

  @Override
  public void putValue(String name, Object value) {
    throw new UnsupportedOperationException("This session keeps no values.");
  }

  @Override
  public @Nullable Object getValue(String name) {
    return null;
  }

  @Override
  public void removeValue(String name) {
    // There is none.
  }

  @Override
  public String[] getValueNames() {
    return new String[0];
  }

  @Override
  public Certificate @Nullable [] getLocalCertificates() {
    return null;
  }

  @Override
  public @Nullable Principal getLocalPrincipal() {
    return null;
  }

  @Override
  public String[] getLocalSupportedSignatureAlgorithms() {
    return new String[0];
  }

  @Override
  public String[] getPeerSupportedSignatureAlgorithms() {
    return new String[0];
  }
}
