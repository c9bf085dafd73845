package io.sallyport.tls.engine;

import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.PortableSession;

/**
 * A session in the cache of an {@link javax.net.ssl.SSLContext}, by host and engine key. It ends
 * with that context, and whoever keeps it longer keeps nothing of the stack.
 */
final class CachedSession implements ExportableSession {
  private final String stack;
  private final EnginesLink owner;
  private final Peer peer;
  private final int key;
  private final TlsVersion version;
  private volatile boolean closed;

  CachedSession(String stack, EnginesLink owner, Peer peer, int key, TlsVersion version) {
    this.stack = stack;
    this.owner = owner;
    this.peer = peer;
    this.key = key;
    this.version = version;
  }

  @Override
  public String stack() {
    return stack;
  }

  @Override
  public TlsVersion version() {
    return version;
  }

  /** Whether a connection to this peer, made by this factory, may resume it. */
  boolean fits(EngineFactory factory, Peer other) {
    return !closed
        && owner.engines().filter(engines -> engines == factory).isPresent()
        && peer.host().equalsIgnoreCase(other.host());
  }

  int key() {
    return key;
  }

  @Override
  public PortableSession export() throws TlsException {
    if (closed) {
      throw new TlsException(
          TlsErrorCode.INVALID_STATE, "The session with " + peer + " was closed.");
    }
    return owner
        .engines()
        .orElseThrow(
            () ->
                new TlsException(
                    TlsErrorCode.INVALID_STATE,
                    "The session with "
                        + peer
                        + " ended with the context of stack "
                        + stack
                        + " that it was made in; make a new connection."))
        .export(peer, key, version);
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public String toString() {
    return "ClientSession[" + stack() + ", " + version.protocol() + ", " + peer + "]";
  }
}
