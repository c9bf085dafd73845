package io.sallyport.tls.engine;

import io.sallyport.tls.Peer;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.PortableSession;

/** A session in the cache of an {@link javax.net.ssl.SSLContext}, by host and engine key. */
final class CachedSession implements ExportableSession {
  private final ContextEngines owner;
  private final Peer peer;
  private final int key;
  private final TlsVersion version;
  private volatile boolean closed;

  CachedSession(ContextEngines owner, Peer peer, int key, TlsVersion version) {
    this.owner = owner;
    this.peer = peer;
    this.key = key;
    this.version = version;
  }

  @Override
  public String stack() {
    return owner.stack();
  }

  @Override
  public TlsVersion version() {
    return version;
  }

  /** Whether a connection to this peer, made by this factory, may resume it. */
  boolean fits(EngineFactory factory, Peer other) {
    return !closed && factory == owner && peer.host().equalsIgnoreCase(other.host());
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
    return owner.export(peer, key, version);
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
