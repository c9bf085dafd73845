package io.sallyport.core.registry;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.SessionInfo;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.Transport;
import io.sallyport.tls.stack.CaStoreOps;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.TlsStackContext;
import io.sallyport.tls.stack.TlsStackOps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A stack whose handshake is one byte each way and whose encryption is a mask; it counts what it
 * gave out and got back, and notices use after close.
 */
class FakeStack implements TlsStackOps {
  final AtomicInteger openContexts = new AtomicInteger();
  final AtomicInteger misuse = new AtomicInteger();
  private static final byte MASK = 0x55;

  private final String name;
  private final byte mask;

  FakeStack(String name) {
    this(name, MASK);
  }

  /** With another mask; 0 is no encryption at all. */
  FakeStack(String name, byte mask) {
    this.name = name;
    this.mask = mask;
  }

  /** How a handshake goes that all bytes are there for; for stacks that fail. */
  Progress shake(Peer peer) throws TlsException {
    return Progress.DONE;
  }

  /** Called before a handle is made; for stacks that block. */
  void beforeHandle(Peer peer) throws TlsException {}

  /** What a read answers; for stacks that answer nonsense. */
  int answer(Peer peer, int count) throws TlsException {
    return count;
  }

  @Override
  public int version() {
    return OPS_VERSION;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String libraryVersion() {
    return "1";
  }

  @Override
  public Capabilities capabilities() {
    return Capabilities.builder().with(TlsVersion.TLS_1_3, Feature.HANDSHAKE).build();
  }

  @Override
  public TlsStackContext prepare(TlsConfig config) throws TlsException {
    openContexts.incrementAndGet();
    return new Context();
  }

  @Override
  public CaStoreOps caStore() {
    return new NoStore();
  }

  @Override
  public List<CipherSuite> cipherSuites() {
    return List.of(CipherSuite.ofNumber(0x1301).orElseThrow());
  }

  private final class Context implements TlsStackContext {
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger handles = new AtomicInteger();

    @Override
    public TlsHandle newHandle(Peer peer, Transport transport, Optional<ClientSession> session)
        throws TlsException {
      if (closed.get()) {
        misuse.incrementAndGet();
      }
      beforeHandle(peer);
      handles.incrementAndGet();
      return new Handle(this, peer, transport);
    }

    @Override
    public void close() {
      if (!closed.compareAndSet(false, true) || handles.get() != 0) {
        misuse.incrementAndGet();
      }
      openContexts.decrementAndGet();
    }
  }

  private final class Handle implements TlsHandle {
    private final Context context;
    private final Peer peer;
    private final Transport transport;
    private boolean sent;
    private boolean received;
    private boolean ended;

    Handle(Context context, Peer peer, Transport transport) {
      this.context = context;
      this.peer = peer;
      this.transport = transport;
      this.sent = false;
      this.received = false;
    }

    @Override
    public Progress handshake() throws TlsException {
      try {
        if (!sent) {
          sent = transport.write(ByteBuffer.wrap(new byte[] {'h'})) == 1;
        }
        if (!received) {
          received = transport.read(ByteBuffer.allocate(1)) == 1;
        }
      } catch (IOException e) {
        throw new TlsException(TlsErrorCode.SSL_HANDSHAKE_FAILED, "The transport broke.", e);
      }
      return sent && received ? shake(peer) : Progress.WANT_READ;
    }

    @Override
    public int read(ByteBuffer dst) throws TlsException {
      if (context.closed.get()) {
        misuse.incrementAndGet();
      }
      try {
        int position = dst.position();
        int count = transport.read(dst);
        if (count > 0 && dst.get(position + count - 1) == 0) {
          dst.position(position);
          return END;
        }
        for (int i = position; i < position + count; i++) {
          dst.put(i, (byte) (dst.get(i) ^ mask));
        }
        return answer(peer, count == 0 && dst.hasRemaining() ? WANT_READ : count);
      } catch (IOException e) {
        throw new TlsException(TlsErrorCode.SSL_READ_FAILED, "The transport broke.", e);
      }
    }

    @Override
    public int write(ByteBuffer src) throws TlsException {
      try {
        ByteBuffer masked = ByteBuffer.allocate(src.remaining());
        for (int i = src.position(); i < src.limit(); i++) {
          masked.put((byte) (src.get(i) ^ mask));
        }
        int count = transport.write(masked.flip());
        src.position(src.position() + count);
        return count;
      } catch (IOException e) {
        throw new TlsException(TlsErrorCode.SSL_WRITE_FAILED, "The transport broke.", e);
      }
    }

    @Override
    public Progress flush() {
      return Progress.DONE;
    }

    @Override
    public int bytesAvailable() {
      return 0;
    }

    @Override
    public Progress shutdownOutput() throws TlsException {
      if (!ended) {
        ended = true;
        write(ByteBuffer.wrap(new byte[] {mask}));
      }
      return Progress.DONE;
    }

    @Override
    public SessionInfo session() {
      return new SessionInfo(
          name,
          TlsVersion.TLS_1_3,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          false);
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
      return Optional.empty();
    }

    @Override
    public void close() {
      context.handles.decrementAndGet();
    }
  }

  private static final class NoStore implements CaStoreOps {
    @Override
    public void init() {}

    @Override
    public void set(List<X509Certificate> certificates) {}

    @Override
    public List<X509Certificate> get() {
      return List.of();
    }

    @Override
    public void free() {}
  }
}
