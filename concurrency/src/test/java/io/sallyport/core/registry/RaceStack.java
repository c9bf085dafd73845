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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A stack that does next to nothing, so that what is raced is the platform, and that notices every
 * use after its end: a handle of a closed context, a context closed twice or under a handle. It
 * passes the proof: its handshake is one byte each way, its encryption a mask.
 */
final class RaceStack implements TlsStackOps {
  private static final byte MASK = 0x55;
  private static final Capabilities CAPABILITIES =
      Capabilities.builder().with(TlsVersion.TLS_1_3, Feature.HANDSHAKE).build();
  private static final List<CipherSuite> SUITES =
      List.of(CipherSuite.ofNumber(0x1301).orElseThrow());

  private final String name;
  private final AtomicInteger inUse = new AtomicInteger();
  private final AtomicInteger misuse = new AtomicInteger();

  RaceStack(String name) {
    this.name = name;
  }

  /** Contexts that are prepared, or being prepared, and not closed. */
  int inUse() {
    return inUse.get();
  }

  /** How often it was used after its end. */
  int misuse() {
    return misuse.get();
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
    return CAPABILITIES;
  }

  @Override
  public TlsStackContext prepare(TlsConfig config) {
    inUse.incrementAndGet();
    return new Context();
  }

  @Override
  public CaStoreOps caStore() {
    return new NoStore();
  }

  @Override
  public List<CipherSuite> cipherSuites() {
    return SUITES;
  }

  private final class Context implements TlsStackContext {
    private static final int CLOSED = 1 << 30;

    /** Open handles, and a bit when it is closed. */
    private final AtomicInteger state = new AtomicInteger();

    @Override
    public TlsHandle newHandle(Peer peer, Transport transport, Optional<ClientSession> session) {
      if (state.getAndIncrement() >= CLOSED) {
        misuse.incrementAndGet();
      }
      return new Handle(this, transport);
    }

    @Override
    public void close() {
      if (state.getAndAdd(CLOSED) != 0) {
        misuse.incrementAndGet();
      }
      inUse.decrementAndGet();
    }

    private void used() {
      if (state.get() >= CLOSED) {
        misuse.incrementAndGet();
      }
    }
  }

  private final class Handle implements TlsHandle {
    private final Context context;
    private final Transport transport;
    private boolean sent;
    private boolean received;
    private boolean ended;

    Handle(Context context, Transport transport) {
      this.context = context;
      this.transport = transport;
    }

    @Override
    public Progress handshake() throws TlsException {
      context.used();
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
      return sent && received ? Progress.DONE : Progress.WANT_READ;
    }

    @Override
    public int read(ByteBuffer dst) throws TlsException {
      context.used();
      int position = dst.position();
      int count;
      try {
        count = transport.read(dst);
      } catch (IOException e) {
        throw new TlsException(TlsErrorCode.SSL_READ_FAILED, "The transport broke.", e);
      }
      if (count > 0 && dst.get(position + count - 1) == 0) {
        dst.position(position);
        return END;
      }
      for (int i = position; i < position + count; i++) {
        dst.put(i, (byte) (dst.get(i) ^ MASK));
      }
      return count == 0 && dst.hasRemaining() ? WANT_READ : count;
    }

    @Override
    public int write(ByteBuffer src) throws TlsException {
      context.used();
      ByteBuffer masked = ByteBuffer.allocate(src.remaining());
      for (int i = src.position(); i < src.limit(); i++) {
        masked.put((byte) (src.get(i) ^ MASK));
      }
      try {
        int count = transport.write(masked.flip());
        src.position(src.position() + count);
        return count;
      } catch (IOException e) {
        throw new TlsException(TlsErrorCode.SSL_WRITE_FAILED, "The transport broke.", e);
      }
    }

    @Override
    public Progress flush() {
      context.used();
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
        write(ByteBuffer.wrap(new byte[] {MASK}));
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
      context.used();
      context.state.decrementAndGet();
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
