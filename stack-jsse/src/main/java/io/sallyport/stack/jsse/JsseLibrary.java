package io.sallyport.stack.jsse;

import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.engine.BufferKind;
import io.sallyport.tls.engine.EngineLibrary;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.Feature;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import javax.net.ssl.SSLContext;

/** SunJSSE, by its provider object: whatever else is registered does not matter. */
final class JsseLibrary implements EngineLibrary {
  private static final String PROVIDER = "SunJSSE";

  private static final Capabilities CAPABILITIES =
      Capabilities.builder()
          .with(
              TlsVersion.TLS_1_2,
              Feature.HANDSHAKE,
              Feature.SNI,
              Feature.ALPN,
              Feature.CLIENT_CERTIFICATE,
              Feature.CIPHER_SUITE_SELECTION)
          .with(
              TlsVersion.TLS_1_3,
              Feature.HANDSHAKE,
              Feature.SNI,
              Feature.ALPN,
              Feature.CLIENT_CERTIFICATE,
              Feature.CIPHER_SUITE_SELECTION,
              Feature.HALF_CLOSE)
          .build();

  private final Provider provider;

  JsseLibrary() throws GeneralSecurityException {
    Provider sun = Security.getProvider(PROVIDER);
    if (sun == null) {
      throw new NoSuchAlgorithmException("this Java platform has no provider " + PROVIDER);
    }
    this.provider = sun;
  }

  @Override
  public String name() {
    return "jsse";
  }

  @Override
  public String version() {
    return Runtime.version().toString();
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public SSLContext newContext() throws GeneralSecurityException {
    return SSLContext.getInstance("TLS", provider);
  }

  /** On direct buffers the JDK's AES-GCM falls back to slow code (JDK 17: 70 MB/s). */
  @Override
  public BufferKind buffers() {
    return BufferKind.HEAP;
  }
}
