package io.sallyport.tls;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Told of each session that a server offers to resume. In TLS 1.3 they arrive after the handshake,
 * while the connection is read (RFC 8446 section 4.6.1): who captures before has nothing.
 */
@ConsumerType
@FunctionalInterface
public interface ClientSessionListener {
  /**
   * A new session. Called on the connection's thread, within a call to its handle; must not block.
   *
   * @param peer the server
   * @param session the session, now the listener's to close
   */
  void newSession(Peer peer, ClientSession session);
}
