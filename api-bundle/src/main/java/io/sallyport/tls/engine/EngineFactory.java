package io.sallyport.tls.engine;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Peer;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/** Makes the engines of one prepared configuration. Thread-safe. */
public interface EngineFactory {
  /**
   * Makes the engine of one connection, set up completely.
   *
   * @param key a number that no other engine of this configuration has, except those that resume
   *     one of its sessions; {@link SSLEngine#getPeerPort} must give it back
   * @param serverName the name to send as SNI; empty for none, and for servers
   * @param session a session of this factory's own to resume, or a {@link
   *     io.sallyport.tls.stack.PortableSession} that fits
   * @throws GeneralSecurityException when the library gives no engine
   */
  SSLEngine newEngine(
      Peer peer, int key, Optional<String> serverName, Optional<ClientSession> session)
      throws GeneralSecurityException;

  /**
   * What has come since the last call: the newest session that the server offered to resume. Called
   * for clients that capture sessions, on the engine's thread.
   *
   * @return makes one object for each owner; empty when nothing new has come
   */
  Optional<Supplier<ClientSession>> newSession(SSLEngine engine);

  /**
   * The configuration is out of use, and its last engine was let go. Sessions that are left must
   * not refer to the library any more: applications may keep them. Does nothing by default.
   */
  default void close() {}
}
