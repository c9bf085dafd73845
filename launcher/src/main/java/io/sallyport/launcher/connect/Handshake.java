package io.sallyport.launcher.connect;

import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.Tls;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.nio.channels.Selector;

/** Establishes a non-blocking connection, so that its streams can be served by one thread. */
public final class Handshake {
  private static final long LONGEST_WAIT_MS = 50;

  private final Tls tls;

  /** Connects through this service. */
  public Handshake(Tls tls) {
    this.tls = tls;
  }

  /**
   * Waits until application data may flow.
   *
   * @return an open, non-blocking connection
   * @throws TlsException the reason why there is none
   */
  public TlsConnection connect(Peer peer, ClientConfig config) throws TlsException {
    return finish(peer, tls.open(peer.host(), peer.port(), config));
  }

  /** As the other, and resumes a session where it fits. */
  public TlsConnection connect(Peer peer, ClientConfig config, ClientSession session)
      throws TlsException {
    return finish(peer, tls.open(peer.host(), peer.port(), config, session));
  }

  private static TlsConnection finish(Peer peer, TlsConnection connection) throws TlsException {
    boolean done = false;
    try {
      advance(connection);
      done = true;
      return connection;
    } catch (TlsException e) {
      throw e;
    } catch (IOException e) {
      throw new TlsException(
          TlsErrorCode.FAIL, "Waiting for " + peer + " failed: " + e.getMessage() + ".", e);
    } finally {
      if (!done) {
        connection.close();
      }
    }
  }

  /** The connection keeps its own deadline; waits are short because its channel may change. */
  private static void advance(TlsConnection connection) throws IOException {
    while (connection.advance() != Progress.DONE) {
      try (Selector selector = Selector.open()) {
        int interest = connection.interestOps();
        if (interest != 0 && connection.channel().isPresent()) {
          connection.channel().get().register(selector, interest);
        }
        selector.select(Math.max(1, Math.min(connection.millisToDeadline(), LONGEST_WAIT_MS)));
      }
    }
  }
}
