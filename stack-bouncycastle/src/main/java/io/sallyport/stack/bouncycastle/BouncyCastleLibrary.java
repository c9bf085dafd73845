package io.sallyport.stack.bouncycastle;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.Trust;
import io.sallyport.tls.engine.BufferKind;
import io.sallyport.tls.engine.EngineFactory;
import io.sallyport.tls.engine.EngineLibrary;
import io.sallyport.tls.engine.EngineMaterials;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCrypto;

/**
 * Bouncy Castle's JSSE, by a provider object that is never registered, and its TLS API for what its
 * JSSE cannot do. Its cryptography is the Java platform's, which is many times faster than Bouncy
 * Castle's own.
 */
final class BouncyCastleLibrary implements EngineLibrary {
  private static final Feature[] BOTH_ROLES = {
    Feature.HANDSHAKE,
    Feature.SNI,
    Feature.ALPN,
    Feature.CLIENT_CERTIFICATE,
    Feature.CIPHER_SUITE_SELECTION,
    Feature.GROUP_SELECTION,
    Feature.ECDSA_P521,
    Feature.ED25519,
    Feature.OPAQUE_KEYS
  };

  private static final String NO_TICKETS = "Bouncy Castle makes no tickets";

  private static Capabilities capabilities(TlsCrypto crypto) {
    Capabilities.Builder capabilities =
        Capabilities.builder()
            .with(TlsVersion.ANY, Role.CLIENT, BOTH_ROLES)
            .with(TlsVersion.ANY, Role.SERVER, BOTH_ROLES)
            .with(TlsVersion.TLS_1_2, Role.SERVER, Feature.SESSION_RESUMPTION)
            .with(TlsVersion.ANY, Role.SERVER, Feature.CERTIFICATE_SELECTION)
            .with(
                TlsVersion.ANY,
                Role.CLIENT,
                Feature.OCSP_STAPLING,
                Feature.SESSION_RESUMPTION,
                Feature.SESSION_SERIALISATION)
            .with(TlsVersion.ANY, Role.CLIENT, Feature.PSK, Feature.KEY_LOG)
            .with(TlsVersion.ANY, Role.SERVER, Feature.PSK, Feature.KEY_LOG)
            .without(
                TlsVersion.TLS_1_2,
                Feature.HALF_CLOSE,
                "Bouncy Castle's engine ends both directions at a close_notify")
            .without(
                TlsVersion.TLS_1_3,
                Feature.HALF_CLOSE,
                "Bouncy Castle's engine ends both directions at a close_notify")
            .without(TlsVersion.TLS_1_3, Role.SERVER, Feature.SESSION_RESUMPTION, NO_TICKETS)
            .without(TlsVersion.ANY, Role.SERVER, Feature.SESSION_TICKETS, NO_TICKETS);
    if (TlsUtils.isSupportedNamedGroup(crypto, org.bouncycastle.tls.NamedGroup.X25519MLKEM768)) {
      capabilities.with(TlsVersion.TLS_1_3, Feature.POST_QUANTUM_KEY_EXCHANGE);
    } else {
      capabilities.without(
          TlsVersion.TLS_1_3,
          Feature.POST_QUANTUM_KEY_EXCHANGE,
          "this Java release has the interface for ML-KEM, but not the algorithm");
    }
    return capabilities.build();
  }

  /** What Bouncy Castle's TLS has and its JSSE has not. */
  private static final List<CipherSuite> PSK_SUITES =
      CipherSuite.ofNames(
          List.of(
              "TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256",
              "TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384",
              "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256",
              "TLS_DHE_PSK_WITH_AES_128_GCM_SHA256",
              "TLS_DHE_PSK_WITH_AES_256_GCM_SHA384",
              "TLS_PSK_WITH_AES_128_GCM_SHA256",
              "TLS_PSK_WITH_AES_256_GCM_SHA384",
              "TLS_PSK_WITH_AES_128_CBC_SHA"));

  private final Predicate<TlsConfig> lowLevel;
  private final Provider provider;
  private final PlatformCrypto platform;
  private final TlsCrypto crypto;
  private final TlsCrypto complete;
  private final Capabilities capabilities;

  BouncyCastleLibrary() throws GeneralSecurityException {
    this(LowLevelEngines::areFor);
  }

  /**
   * Loads the library.
   *
   * @param lowLevel which configurations are not for its JSSE
   */
  BouncyCastleLibrary(Predicate<TlsConfig> lowLevel) throws GeneralSecurityException {
    this.lowLevel = lowLevel;
    CryptoServices.initialise();
    this.platform = new PlatformCrypto();
    this.provider = new BouncyCastleJsseProvider(false, platform);
    this.crypto = platform.create(null);
    this.complete = platform.watched();
    this.capabilities = capabilities(crypto);
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
    return capabilities;
  }

  @Override
  public SSLContext newContext() throws GeneralSecurityException {
    return SSLContext.getInstance("TLS", provider);
  }

  @Override
  public Optional<EngineFactory> engines(EngineMaterials materials) {
    return lowLevel.test(materials.config())
        ? Optional.of(new LowLevelEngines(name(), platform, materials))
        : Optional.empty();
  }

  @Override
  public List<CipherSuite> moreSuites() {
    return PSK_SUITES;
  }

  /** The Java platform lacks the ciphers of some suites, such as CCM. */
  @Override
  public boolean canUse(CipherSuite suite) {
    return TlsUtils.isSupportedCipherSuite(suite.isPreShared() ? complete : crypto, suite.number());
  }

  @Override
  public void check(TlsConfig config) throws TlsException {
    List<NamedGroup> groups = config.groups();
    if (!groups.isEmpty()
        && groups.stream().noneMatch(g -> TlsUtils.isSupportedNamedGroup(complete, g.number()))) {
      throw new TlsException(
          TlsErrorCode.NOT_SUPPORTED,
          "Stack "
              + name()
              + " does not support the key-exchange group"
              + (groups.size() == 1 ? " " : "s ")
              + groups.stream().map(NamedGroup::name).collect(Collectors.joining(", "))
              + "; choose another, such as x25519 or secp256r1.");
    }
    List<CipherSuite> tls13 = config.cipherSuites().stream().filter(CipherSuite::isTls13).toList();
    if (config.trust() instanceof Trust.PreShared
        && config.version().allows(TlsVersion.TLS_1_3)
        && !tls13.isEmpty()
        && tls13.stream().noneMatch(PreSharedKeys::suits)) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "In TLS 1.3 a pre-shared key belongs to SHA-256, which none of the cipher suites "
              + tls13
              + " has; add TLS_AES_128_GCM_SHA256.");
    }
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
