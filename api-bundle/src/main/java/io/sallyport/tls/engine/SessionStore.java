package io.sallyport.tls.engine;

import java.util.Optional;

/**
 * What a library keeps of the client sessions of one context as bytes, by host and engine key.
 * Thread-safe.
 */
public interface SessionStore {
  /** The session's bytes, if there are any; a copy, which the caller wipes. */
  Optional<byte[]> get(String host, int key);

  /** Lets the library find a session; the bytes are copied. */
  void put(String host, int key, byte[] session);

  /** Wipes a session. */
  void remove(String host, int key);
}
