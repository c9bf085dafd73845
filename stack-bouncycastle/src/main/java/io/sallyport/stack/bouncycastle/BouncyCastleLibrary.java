package io.sallyport.stack.bouncycastle;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.engine.BufferKind;
import io.sallyport.tls.engine.EngineLibrary;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.Feature;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.OptionalInt;
import javax.net.ssl.SSLContext;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCrypto;

/**
 * Bouncy Castle's JSSE, by a provider object that is never registered. Its cryptography is the Java
 * platform's, which is many times faster than Bouncy Castle's own.
 */
final class BouncyCastleLibrary implements EngineLibrary {
  private static final Feature[] FEATURES = {
    Feature.HANDSHAKE,
    Feature.SNI,
    Feature.ALPN,
    Feature.CLIENT_CERTIFICATE,
    Feature.CIPHER_SUITE_SELECTION
  };

  private static final Capabilities CAPABILITIES =
      Capabilities.builder()
          .with(TlsVersion.TLS_1_2, FEATURES)
          .with(TlsVersion.TLS_1_3, FEATURES)
          .build();

  private final Provider provider;
  private final TlsCrypto crypto;

  BouncyCastleLibrary() throws GeneralSecurityException {
    CryptoServices.initialise();
    PlatformCrypto platform = new PlatformCrypto();
    this.provider = new BouncyCastleJsseProvider(false, platform);
    this.crypto = platform.create(null);
  }

  @Override
  public String name() {
    return "bouncycastle";
  }

  @Override
  public String version() {
    return LibraryVersion.of(BouncyCastleJsseProvider.class, provider);
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public SSLContext newContext() throws GeneralSecurityException {
    return SSLContext.getInstance("TLS", provider);
  }

  /** The Java platform lacks the ciphers of some suites, such as CCM. */
  @Override
  public boolean canUse(CipherSuite suite) {
    return TlsUtils.isSupportedCipherSuite(crypto, suite.number());
  }

  /** Works on byte arrays inside. */
  @Override
  public BufferKind buffers() {
    return BufferKind.HEAP;
  }

  @Override
  public OptionalInt receivedAlert(Throwable error) {
    return error instanceof TlsFatalAlertReceived received
        ? OptionalInt.of(received.getAlertDescription())
        : OptionalInt.empty();
  }

  /**
   * A server that required a certificate and got none ends the handshake with handshake_failure in
   * TLS 1.2 and certificate_required in TLS 1.3, without a cause.
   */
  @Override
  public boolean isMissingCertificate(Throwable error) {
    return error instanceof TlsFatalAlert alert
        && alert.getAlertDescription() == AlertDescription.certificate_required;
  }
}
