package io.sallyport.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sallyport.testkit.transport.MemoryTransport;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.stack.TlsStackContext;
import io.sallyport.tls.stack.TlsStackOps;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** A client and a server in one thread, with a connection in memory between them. */
public final class Link implements AutoCloseable {
  private static final int STEPS = 2_000_000;

  final MemoryTransport.Pair wire;

  /** The client's side. */
  public final TlsHandle client;

  /** The server's side. */
  public final TlsHandle server;

  private final List<TlsStackContext> own;

  public Link(
      TlsStackOps clientStack,
      ClientConfig clientConfig,
      TlsStackOps serverStack,
      ServerConfig serverConfig,
      String host,
      MemoryTransport.Pair wire)
      throws TlsException {
    this.wire = wire;
    TlsStackContext clientContext = clientStack.prepare(clientConfig);
    TlsStackContext serverContext = serverStack.prepare(serverConfig);
    own = List.of(clientContext, serverContext);
    client = clientContext.newHandle(new Peer(host, 443), wire.left());
    server = serverContext.newHandle(new Peer("client.test", 40000), wire.right());
  }

  /**
   * A link between two contexts, which stay the caller's.
   *
   * @param session for the client to resume
   */
  public Link(
      TlsStackContext clientContext,
      TlsStackContext serverContext,
      String host,
      Optional<ClientSession> session)
      throws TlsException {
    own = List.of();
    wire = MemoryTransport.pair();
    client = clientContext.newHandle(new Peer(host, 443), wire.left(), session);
    server = serverContext.newHandle(new Peer("client.test", 40000), wire.right());
  }

  /** Completes the handshake. */
  public void handshake() throws TlsException {
    for (int step = 0; step < STEPS; step++) {
      Progress left = client.handshake();
      Progress right = server.handshake();
      if (left == Progress.DONE && right == Progress.DONE) {
        return;
      }
      if (left == Progress.DONE) {
        client.read(ByteBuffer.allocate(0)); // Takes the server's tickets off a narrow wire.
      }
    }
    throw new AssertionError("The handshake came to no end.");
  }

  /** Lets the client go on until it fails; the server may fail as well. */
  public TlsException clientFails() {
    return assertThrows(TlsException.class, () -> drive(client, server, wire.right()));
  }

  /**
   * Lets the server go on until it fails; the client may fail as well, also after its handshake.
   */
  public TlsException serverFails() {
    return assertThrows(TlsException.class, () -> drive(server, client, wire.left()));
  }

  private static void drive(TlsHandle watched, TlsHandle other, MemoryTransport othersEnd)
      throws TlsException {
    boolean otherFailed = false;
    for (int step = 0; step < 20_000; step++) {
      if (!otherFailed) {
        try {
          advance(other);
        } catch (TlsException e) {
          otherFailed = true;
          other.close();
          othersEnd.end();
        }
      }
      advance(watched);
    }
  }

  private static void advance(TlsHandle handle) throws TlsException {
    if (handle.handshake() == Progress.DONE) {
      handle.read(ByteBuffer.allocate(1));
    }
  }

  /** Sends all of {@code bytes} and returns what arrived. */
  public static byte[] send(TlsHandle from, TlsHandle to, ByteBuffer bytes, int length)
      throws TlsException {
    ByteBuffer received = ByteBuffer.allocate(length);
    for (int step = 0; step < STEPS && (bytes.hasRemaining() || received.hasRemaining()); step++) {
      if (bytes.hasRemaining()) {
        from.write(bytes);
      } else {
        from.flush();
      }
      to.read(received);
    }
    assertEquals(0, received.remaining(), "bytes that did not arrive");
    return received.array();
  }

  /** Calls {@code read} until it gives something else than WANT_READ or WANT_WRITE. */
  public static int readUntilResult(TlsHandle from, TlsHandle to, ByteBuffer dst)
      throws TlsException {
    for (int step = 0; step < STEPS; step++) {
      from.flush();
      int result = to.read(dst);
      if (result != TlsHandle.WANT_READ && result != TlsHandle.WANT_WRITE) {
        return result;
      }
    }
    throw new AssertionError("read came to no result.");
  }

  @Override
  public void close() {
    client.close();
    server.close();
    own.forEach(TlsStackContext::close);
  }
}
