package io.sallyport.stack.conscrypt;

import io.sallyport.tls.engine.SessionStore;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.conscrypt.SSLClientSessionCache;
import org.jspecify.annotations.Nullable;

/**
 * What Conscrypt hands out of a context's client sessions: those of TLS 1.2. It asks for them again
 * when its own cache has none of a host and port. Thread-safe.
 */
final class ClientSessionStore implements SessionStore, SSLClientSessionCache {
  /** As many as the engine's context keeps. */
  private static final int KEPT = 1000;

  /**
   * By {@link #key}, which is no record: on JDK 17, {@code equals} of a record pins the class
   * loader of its bundle.
   */
  private final Map<String, byte[]> sessions = new LinkedHashMap<>();

  private static String key(@Nullable String host, int port) {
    return port + " " + (host == null ? "" : host.toLowerCase(Locale.ROOT));
  }

  @Override
  public byte @Nullable [] getSessionData(String host, int port) {
    return get(host, port).orElse(null);
  }

  @Override
  public void putSessionData(SSLSession session, byte[] data) {
    put(session.getPeerHost(), session.getPeerPort(), data);
  }

  @Override
  public synchronized Optional<byte[]> get(String host, int key) {
    return Optional.ofNullable(sessions.get(key(host, key))).map(byte[]::clone);
  }

  @Override
  public synchronized void put(String host, int key, byte[] session) {
    wipe(sessions.put(key(host, key), session.clone()));
    if (sessions.size() > KEPT) {
      Iterator<byte[]> eldest = sessions.values().iterator();
      wipe(eldest.next());
      eldest.remove();
    }
  }

  @Override
  public synchronized void remove(String host, int key) {
    wipe(sessions.remove(key(host, key)));
  }

  private static void wipe(byte @Nullable [] session) {
    if (session != null) {
      Arrays.fill(session, (byte) 0);
    }
  }
}
