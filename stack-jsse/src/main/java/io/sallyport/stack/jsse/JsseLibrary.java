package io.sallyport.stack.jsse;

import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.engine.BufferKind;
import io.sallyport.tls.engine.EngineLibrary;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** SunJSSE, by its provider object: whatever else is registered does not matter. */
final class JsseLibrary implements EngineLibrary {
  private static final String PROVIDER = "SunJSSE";

  private static final Feature[] BOTH_ROLES = {
    Feature.HANDSHAKE,
    Feature.SNI,
    Feature.ALPN,
    Feature.CLIENT_CERTIFICATE,
    Feature.CIPHER_SUITE_SELECTION,
    Feature.SESSION_RESUMPTION,
    Feature.GROUP_SELECTION,
    Feature.ECDSA_P521,
    Feature.ED25519,
    Feature.OPAQUE_KEYS
  };

  private static final Capabilities CAPABILITIES =
      Capabilities.builder()
          .with(TlsVersion.ANY, Role.CLIENT, BOTH_ROLES)
          .with(TlsVersion.ANY, Role.SERVER, BOTH_ROLES)
          .with(TlsVersion.TLS_1_3, Feature.HALF_CLOSE)
          .with(TlsVersion.ANY, Role.CLIENT, Feature.OCSP_STAPLING)
          .with(TlsVersion.ANY, Role.SERVER, Feature.SESSION_TICKETS, Feature.CERTIFICATE_SELECTION)
          .without(
              TlsVersion.TLS_1_2,
              Feature.HALF_CLOSE,
              "SunJSSE answers a close_notify at once, as RFC 5246 section 7.2.1 has it")
          .without(
              TlsVersion.ANY,
              Role.CLIENT,
              Feature.SESSION_SERIALISATION,
              "SunJSSE keeps its sessions in memory")
          .without(TlsVersion.ANY, Feature.PSK, "SunJSSE has no external pre-shared keys")
          .without(TlsVersion.ANY, Feature.KEY_LOG, "SunJSSE gives its secrets to nobody")
          .without(
              TlsVersion.TLS_1_3,
              Feature.POST_QUANTUM_KEY_EXCHANGE,
              "SunJSSE of this Java release has no hybrid groups")
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

  @Override
  public void restrictGroups(SSLEngine engine, List<NamedGroup> groups) {
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setAlgorithmConstraints(new GroupConstraints(groups));
    engine.setSSLParameters(parameters);
  }

  /** Its tickets are sealed by the context's own keys, and no setting stops them in TLS 1.3. */
  @Override
  public boolean resumesAsLongAsItsContext() {
    return true;
  }

  /** On direct buffers the JDK's AES-GCM falls back to slow code (JDK 17: 70 MB/s). */
  @Override
  public BufferKind buffers() {
    return BufferKind.HEAP;
  }
}
