package io.sallyport.examples.mqtt;

import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Progress;
import io.sallyport.tls.Tls;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsHandle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the platform in the shape of a socket, for libraries that know nothing else. One
 * thread may read while another one writes; connecting knows the host by its name.
 */
final class TlsSocket extends Socket {
  private static final int LOOK_AGAIN_MS = 10;

  private final Tls tls;
  private final ClientConfig config;

  /** A connection is for one thread at a time; whoever waits for the network does not hold this. */
  private final Object turn = new Object();

  private final Selector readable;
  private final Selector writable;
  private volatile @Nullable TlsConnection connection;
  private volatile boolean closed;
  private volatile int timeout;

  TlsSocket(Tls tls, ClientConfig config) throws IOException {
    this.tls = tls;
    this.config = config;
    this.readable = Selector.open();
    this.writable = Selector.open();
  }

  @Override
  public void connect(SocketAddress endpoint) throws IOException {
    connect(endpoint, 0);
  }

  /** The deadline is the configuration's: it covers the handshake too. */
  @Override
  public void connect(SocketAddress endpoint, int ignored) throws IOException {
    InetSocketAddress address = (InetSocketAddress) endpoint;
    TlsConnection opened = tls.open(address.getHostString(), address.getPort(), config);
    connection = opened;
    boolean connected = false;
    try {
      while (opened.advance() != Progress.DONE) {
        await(opened);
      }
      SocketChannel channel = opened.channel().orElseThrow();
      channel.register(readable, SelectionKey.OP_READ);
      channel.register(writable, SelectionKey.OP_WRITE);
      connected = true;
    } finally {
      if (!connected) {
        close();
      }
    }
  }

  /** While the connection is made, its channel may change: each address has its own. */
  private static void await(TlsConnection opening) throws IOException {
    if (opening.interestOps() == 0 || opening.channel().isEmpty()) {
      sleep();
      return;
    }
    try (Selector once = Selector.open()) {
      opening.channel().get().register(once, opening.interestOps());
      once.select(Math.max(1, Math.min(opening.millisToDeadline(), 1000)));
    }
  }

  private static void sleep() throws IOException {
    try {
      Thread.sleep(LOOK_AGAIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SocketException("Connecting was interrupted.");
    }
  }

  private TlsConnection open() throws SocketException {
    TlsConnection current = connection;
    if (closed || current == null) {
      throw new SocketException(closed ? "The socket is closed." : "It is not connected.");
    }
    return current;
  }

  private int read(ByteBuffer into) throws IOException {
    long end = timeout == 0 ? Long.MAX_VALUE : System.currentTimeMillis() + timeout;
    while (true) {
      int count;
      synchronized (turn) {
        count = open().read(into);
      }
      if (count > 0 || count == TlsHandle.END) {
        return count;
      }
      long left = end - System.currentTimeMillis();
      if (left <= 0) {
        throw new SocketTimeoutException("Nothing came within " + timeout + " ms.");
      }
      await(count == TlsHandle.WANT_WRITE ? writable : readable, left);
    }
  }

  private void write(ByteBuffer from) throws IOException {
    boolean left = false;
    while (!left) {
      int count = 1;
      synchronized (turn) {
        TlsConnection current = open();
        if (from.hasRemaining()) {
          count = current.write(from);
        } else {
          left = current.flush() == Progress.DONE;
          count = left ? 1 : TlsHandle.WANT_WRITE;
        }
      }
      if (count == TlsHandle.WANT_WRITE) {
        await(writable, Long.MAX_VALUE);
      } else if (count == TlsHandle.WANT_READ) {
        await(readable, Long.MAX_VALUE);
      }
    }
  }

  private static void await(Selector selector, long millis) throws IOException {
    try {
      selector.select(millis == Long.MAX_VALUE ? 0 : millis);
      selector.selectedKeys().clear();
    } catch (ClosedSelectorException e) {
      throw new SocketException("The socket is closed.");
    }
  }

  @Override
  public InputStream getInputStream() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        return length == 0 ? 0 : TlsSocket.this.read(ByteBuffer.wrap(bytes, offset, length));
      }
    };
  }

  @Override
  public OutputStream getOutputStream() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        TlsSocket.this.write(ByteBuffer.wrap(bytes, offset, length));
      }
    };
  }

  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // One volatile field.
  public void setSoTimeout(int millis) {
    timeout = millis;
  }

  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // One volatile field.
  public int getSoTimeout() {
    return timeout;
  }

  @Override
  public boolean isConnected() {
    return connection != null;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  /** Ends in order; whoever waits is woken. */
  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // It must not wait for a reader.
  public void close() throws IOException {
    closed = true;
    TlsConnection current = connection;
    if (current != null) {
      current.close();
    }
    readable.close();
    writable.close();
  }

  @Override
  public String toString() {
    TlsConnection current = connection;
    return "TlsSocket[" + (current == null ? "new" : current.session().stack()) + "]";
  }
}
