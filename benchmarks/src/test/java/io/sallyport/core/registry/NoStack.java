package io.sallyport.core.registry;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.SessionInfo;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import io.sallyport.tls.stack.CaStoreOps;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.TlsStackContext;
import io.sallyport.tls.stack.TlsStackOps;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * A stack that does nothing, so that what is measured is the registry. It declares no protocol
 * version, so its proof has nothing to prove.
 */
final class NoStack implements TlsStackOps {
  @Override
  public int version() {
    return OPS_VERSION;
  }

  @Override
  public String name() {
    return "nothing";
  }

  @Override
  public String libraryVersion() {
    return "";
  }

  @Override
  public Capabilities capabilities() {
    return Capabilities.builder().build();
  }

  @Override
  public TlsStackContext prepare(TlsConfig config) {
    return new NoContext();
  }

  @Override
  public CaStoreOps caStore() {
    return new NoStore();
  }

  @Override
  public List<CipherSuite> cipherSuites() {
    return List.of(CipherSuite.ofNumber(0x1301).orElseThrow());
  }

  private static final class NoContext implements TlsStackContext {
    @Override
    public TlsHandle newHandle(Peer peer, Transport transport, Optional<ClientSession> session) {
      return new NoHandle();
    }

    @Override
    public void close() {}
  }

  private static final class NoHandle implements TlsHandle {
    @Override
    public Progress handshake() {
      return Progress.DONE;
    }

    @Override
    public int read(ByteBuffer dst) {
      return END;
    }

    @Override
    public int write(ByteBuffer src) {
      return WANT_WRITE;
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
    public Progress shutdownOutput() {
      return Progress.DONE;
    }

    @Override
    public SessionInfo session() {
      return SessionInfo.none("nothing");
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
      return Optional.empty();
    }

    @Override
    public void close() {}
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
