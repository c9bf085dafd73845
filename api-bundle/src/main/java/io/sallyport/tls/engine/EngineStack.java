package io.sallyport.tls.engine;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.ClientSession;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.Trust;
import io.sallyport.tls.stack.CaStoreOps;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.ClientSessionOps;
import io.sallyport.tls.stack.CryptoOps;
import io.sallyport.tls.stack.PortableSession;
import io.sallyport.tls.stack.TlsStackContext;
import io.sallyport.tls.stack.TlsStackOps;
import java.security.GeneralSecurityException;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * A stack on an {@link EngineLibrary}. A subclass adds {@link #version}, which it must write out
 * itself, and the publication as a service.
 */
public abstract class EngineStack implements TlsStackOps {
  private final EngineLibrary library;
  private final PacketPool pool;
  private final EngineCalls calls;
  private final CaStoreOps caStore = new MemoryCaStore();
  private final CryptoOps crypto = new HelperOps();
  private final List<CipherSuite> supported;

  /**
   * Asks the library once for its suites, so a library that does not work shows here.
   *
   * @throws TlsException SSL_SETUP_FAILED when the library gives no engine
   */
  protected EngineStack(EngineLibrary library) throws TlsException {
    this.library = library;
    this.pool = new PacketPool(library.buffers());
    this.calls = EngineCalls.of(library.buffers(), pool);
    this.supported = supportedSuites(library);
  }

  @Override
  public final String name() {
    return library.name();
  }

  @Override
  public final String libraryVersion() {
    return library.version();
  }

  @Override
  public final Capabilities capabilities() {
    return library.capabilities();
  }

  @Override
  public final CaStoreOps caStore() {
    return caStore;
  }

  @Override
  public final List<CipherSuite> cipherSuites() {
    return supported;
  }

  @Override
  public final TlsStackContext prepare(TlsConfig config) throws TlsException {
    return new EngineContext(
        library,
        config,
        EngineSettings.of(library, config, supported),
        anchors(config),
        pool,
        calls);
  }

  @Override
  public final Optional<ClientSessionOps> clientSessions() {
    return Optional.of(this::export);
  }

  @Override
  public final Optional<CryptoOps> crypto() {
    return Optional.of(crypto);
  }

  private PortableSession export(ClientSession session) throws TlsException {
    if (!session.stack().equals(name())) {
      throw new TlsException(
          TlsErrorCode.INVALID_STATE,
          "The session is one of stack "
              + session.stack()
              + ", so stack "
              + name()
              + " cannot write it.");
    }
    if (session instanceof PortableSession portable) {
      return portable.copy();
    }
    if (session instanceof ExportableSession own) {
      return own.export();
    }
    throw new TlsException(
        TlsErrorCode.INVALID_ARG, "The session was not made by stack " + name() + ".");
  }

  private List<TrustAnchor> anchors(TlsConfig config) throws TlsException {
    Trust trust = config.trust();
    if (trust instanceof Trust.Bundle own) {
      return own.bundle().anchors();
    }
    return certificates(config).stream().map(root -> new TrustAnchor(root, null)).toList();
  }

  private List<X509Certificate> certificates(TlsConfig config) throws TlsException {
    Trust trust = config.trust();
    if (trust instanceof Trust.Authorities own) {
      return own.authorities();
    }
    if (trust instanceof Trust.GlobalStore) {
      return globalStore();
    }
    return trust instanceof Trust.None ? none(config) : List.of();
  }

  private List<X509Certificate> globalStore() throws TlsException {
    List<X509Certificate> certificates = caStore.get();
    if (certificates.isEmpty()) {
      throw new TlsException(
          TlsErrorCode.SSL_SETUP_FAILED,
          "The global CA store is empty, so no peer could be verified; add authorities to it first.");
    }
    return certificates;
  }

  private static List<X509Certificate> none(TlsConfig config) throws TlsException {
    if (config instanceof ClientConfig) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "A configuration for plain TCP was given to a TLS stack; it needs none.");
    }
    return List.of();
  }

  private static List<CipherSuite> supportedSuites(EngineLibrary library) throws TlsException {
    try {
      SSLContext context = library.newContext();
      context.init(null, null, null);
      SSLEngine engine = context.createSSLEngine();
      try {
        return Stream.concat(
                CipherSuite.ofNames(List.of(engine.getSupportedCipherSuites())).stream(),
                library.moreSuites().stream())
            .distinct()
            .filter(library::canUse)
            .toList();
      } finally {
        library.release(engine);
      }
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new TlsException(
          TlsErrorCode.SSL_SETUP_FAILED,
          "Stack " + library.name() + " gives no TLS engine: " + e.getMessage() + ".",
          e);
    }
  }
}
