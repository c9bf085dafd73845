package io.sallyport.testkit.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import io.sallyport.tls.stack.TlsStackContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** A connection of a stack's handle over TCP to another program. */
public final class Talk implements AutoCloseable {
  private static final long DEADLINE = Duration.ofSeconds(15).toNanos();
  public static final String HOST = "server.test";

  public final TlsHandle handle;
  private final SocketChannel channel;
  private final long end = System.nanoTime() + DEADLINE;

  private Talk(TlsHandle handle, SocketChannel channel) {
    this.handle = handle;
    this.channel = channel;
  }

  /** Connects to a port of this machine and completes the handshake. */
  public static Talk connect(TlsStackContext context, int port, Optional<ClientSession> session)
      throws Exception {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    Talk talk = new Talk(context.newHandle(new Peer(HOST, 443), over(channel), session), channel);
    try {
      talk.handshake();
      return talk;
    } catch (TlsException | RuntimeException e) {
      talk.close();
      throw e;
    }
  }

  /** Serves a connection that was accepted. */
  public static Talk accepted(TlsStackContext context, SocketChannel channel) throws Exception {
    return new Talk(context.newHandle(new Peer("client.test", 1), over(channel)), channel);
  }

  private static Transport over(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    return new Transport() {
      @Override
      public int read(ByteBuffer dst) throws IOException {
        return channel.read(dst);
      }

      @Override
      public int write(ByteBuffer src) throws IOException {
        return channel.write(src);
      }
    };
  }

  public void handshake() throws Exception {
    while (handle.handshake() != Progress.DONE) {
      pause();
    }
  }

  public void send(String text) throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining() || handle.flush() != Progress.DONE) {
      handle.write(bytes);
      pause();
    }
  }

  public String receive(int length) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      int count = handle.read(bytes);
      if (count == TlsHandle.END) {
        break;
      }
      pause();
    }
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
  }

  /** Sends a line and takes the answer, which has its length. */
  public String exchange(String line) throws Exception {
    send(line + "\n");
    String answer = receive(line.length() + 1);
    assertEquals(line.length() + 1, answer.length());
    return answer.strip();
  }

  private void pause() throws InterruptedException {
    if (System.nanoTime() > end) {
      throw new AssertionError("The other side does not go on.");
    }
    Thread.sleep(1);
  }

  /** Ends the connection; idempotent. */
  public void end() throws IOException {
    handle.close();
    channel.close();
  }

  @Override
  public void close() throws IOException {
    end();
  }
}
