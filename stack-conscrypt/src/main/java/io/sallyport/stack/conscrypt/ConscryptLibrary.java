package io.sallyport.stack.conscrypt;

import static java.util.stream.Collectors.joining;

import io.sallyport.tls.Identity;
import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.Trust;
import io.sallyport.tls.VerificationFlag;
import io.sallyport.tls.engine.BufferKind;
import io.sallyport.tls.engine.EngineLibrary;
import io.sallyport.tls.engine.PacketPool;
import io.sallyport.tls.engine.SessionStore;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.conscrypt.Conscrypt;

/** Conscrypt, by a provider object that is never registered. */
final class ConscryptLibrary implements EngineLibrary {
  private static final Feature[] BOTH_ROLES = {
    Feature.HANDSHAKE,
    Feature.SNI,
    Feature.ALPN,
    Feature.CLIENT_CERTIFICATE,
    Feature.HALF_CLOSE,
    Feature.SESSION_RESUMPTION,
    Feature.GROUP_SELECTION,
    Feature.OPAQUE_KEYS
  };

  private static final Capabilities CAPABILITIES =
      Capabilities.builder()
          .with(TlsVersion.ANY, Role.CLIENT, BOTH_ROLES)
          .with(TlsVersion.ANY, Role.SERVER, BOTH_ROLES)
          .with(TlsVersion.TLS_1_2, Feature.CIPHER_SUITE_SELECTION, Feature.PSK)
          .with(TlsVersion.TLS_1_3, Feature.POST_QUANTUM_KEY_EXCHANGE)
          .with(TlsVersion.TLS_1_2, Role.CLIENT, Feature.SESSION_SERIALISATION)
          .with(TlsVersion.ANY, Role.CLIENT, Feature.OCSP_STAPLING)
          .with(TlsVersion.ANY, Role.SERVER, Feature.SESSION_TICKETS, Feature.CERTIFICATE_SELECTION)
          .without(
              TlsVersion.TLS_1_3,
              Feature.CIPHER_SUITE_SELECTION,
              "BoringSSL always offers its three suites of TLS 1.3")
          .without(
              TlsVersion.TLS_1_3,
              Role.CLIENT,
              Feature.SESSION_SERIALISATION,
              "Conscrypt never writes a session of TLS 1.3")
          .without(
              TlsVersion.TLS_1_3, Feature.PSK, "BoringSSL has no external pre-shared keys there")
          .without(TlsVersion.ANY, Feature.KEY_LOG, "Conscrypt has no call for it")
          .without(
              TlsVersion.ANY, Feature.ECDSA_P521, "BoringSSL verifies no signature on P-521 in TLS")
          .without(TlsVersion.ANY, Feature.ED25519, "Conscrypt has no Ed25519 keys for TLS")
          .build();

  /** What Conscrypt knows by these names (NativeSsl.toBoringSslGroup). */
  private static final Set<String> GROUPS =
      Set.of("x25519", "secp256r1", "secp384r1", "secp521r1", "X25519MLKEM768");

  /** BoringSSL's error code; the reason of a received alert is 1000 plus its number. */
  private static final Pattern ERROR = Pattern.compile("error:([0-9a-f]{8}):");

  private static final Pattern REASON = Pattern.compile("OPENSSL_internal:([A-Z0-9_]+)");

  private static final int REASON_MASK = 0xFFF;
  private static final int ALERT_REASON = 1000;

  /** The most that a record grows by, as Conscrypt reckons (SSLUtils.calculateOutNetBufSize). */
  private static final int MAX_OVERHEAD = 16709 - 16384;

  /** Room for a whole flight of a handshake, which Conscrypt gives out in one piece. */
  private static final int FLIGHT_ROOM = 4096;

  private final Provider provider;
  private final PooledAllocator allocator;

  /**
   * Loads the native library.
   *
   * @throws UnsatisfiedLinkError when it cannot be loaded
   */
  ConscryptLibrary() {
    Conscrypt.checkAvailability();
    provider = Conscrypt.newProviderBuilder().provideTrustManager(false).build();
    allocator = new PooledAllocator(new PacketPool(BufferKind.DIRECT));
  }

  @Override
  public String name() {
    return "conscrypt";
  }

  @Override
  public String version() {
    Conscrypt.Version version = Conscrypt.version();
    return version.major() + "." + version.minor() + "." + version.patch();
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
  public int wrapRoom(int plaintext) {
    return plaintext == 0 ? FLIGHT_ROOM : plaintext + MAX_OVERHEAD;
  }

  /** A key in Conscrypt's own form is not parsed again for every connection. */
  @Override
  public Identity adapt(Identity identity) throws GeneralSecurityException {
    PrivateKey key = identity.privateKey();
    if (key.getEncoded() == null) {
      return identity;
    }
    Key own = KeyFactory.getInstance(key.getAlgorithm(), provider).translateKey(key);
    try {
      return Identity.of(identity.chain(), (PrivateKey) own);
    } catch (TlsException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /** By setters: setSSLParameters throws and catches for each method that the JDK lacks. */
  @Override
  public void configure(SSLEngine engine, SSLParameters parameters, Optional<String> serverName) {
    engine.setEnabledProtocols(parameters.getProtocols());
    engine.setEnabledCipherSuites(parameters.getCipherSuites());
    engine.setNeedClientAuth(parameters.getNeedClientAuth());
    if (parameters.getApplicationProtocols().length > 0) {
      Conscrypt.setApplicationProtocols(engine, parameters.getApplicationProtocols());
    }
    Conscrypt.setBufferAllocator(engine, allocator);
    if (engine.getUseClientMode()) {
      // Without this, it takes the name from the peer's host.
      Conscrypt.setHostname(engine, serverName.orElse(null));
    }
  }

  @Override
  public void check(TlsConfig config) throws TlsException {
    for (NamedGroup group : config.groups()) {
      if (!GROUPS.contains(group.name())) {
        throw new TlsException(
            TlsErrorCode.NOT_SUPPORTED,
            "Stack conscrypt does not support the group "
                + group
                + "; it supports "
                + String.join(", ", new TreeSet<>(GROUPS))
                + ".");
      }
    }
  }

  @Override
  public void restrictGroups(SSLEngine engine, List<NamedGroup> groups) {
    engine.setSSLParameters(
        new GroupParameters(
            engine.getSSLParameters(),
            groups.stream().map(NamedGroup::name).toArray(String[]::new)));
  }

  @Override
  public void useSessionTickets(SSLEngine engine, boolean enabled) {
    Conscrypt.setUseSessionTickets(engine, enabled);
  }

  @Override
  public Optional<SessionStore> sessionStore(SSLContext context) {
    ClientSessionStore store = new ClientSessionStore();
    Conscrypt.setClientSessionCache(context, store);
    return Optional.of(store);
  }

  @Override
  public List<KeyManager> keyManagers(TlsConfig config) {
    return config.trust() instanceof Trust.PreShared preShared
        ? List.of(new PreSharedKeys(preShared.keys()))
        : List.of();
  }

  /** Gives back the memory and the two descriptors that an engine holds. */
  @Override
  public void release(SSLEngine engine) {
    try {
      engine.closeOutbound();
      engine.closeInbound();
    } catch (SSLException e) {
      throw new IllegalStateException("Conscrypt could not close an engine.", e);
    }
  }

  @Override
  public boolean closesBothDirections() {
    return true;
  }

  @Override
  public OptionalInt receivedAlert(Throwable error) {
    Matcher matcher = ERROR.matcher(String.valueOf(error.getMessage()));
    while (matcher.find()) {
      int reason = (int) (Long.parseLong(matcher.group(1), 16) & REASON_MASK);
      if (reason >= ALERT_REASON && reason < ALERT_REASON + 256) {
        return OptionalInt.of(reason - ALERT_REASON);
      }
    }
    return OptionalInt.empty();
  }

  /** BoringSSL checks key usage by itself, before it asks a trust manager. */
  @Override
  public Set<VerificationFlag> verificationFlags(Throwable error) {
    String message = String.valueOf(error.getMessage());
    return message.contains("KEY_USAGE_BIT_INCORRECT") && message.startsWith("Read error")
        ? Set.of(VerificationFlag.BAD_KEY_USAGE)
        : Set.of();
  }

  /** BoringSSL's reasons, such as NO_SHARED_CIPHER, without its addresses and line numbers. */
  @Override
  public String describe(Throwable error) {
    String message = String.valueOf(error.getMessage());
    String reasons =
        REASON.matcher(message).results().map(found -> found.group(1)).collect(joining(", "));
    return reasons.isEmpty() ? message.lines().findFirst().orElse("") : reasons;
  }

  @Override
  public boolean isMissingCertificate(Throwable error) {
    return String.valueOf(error.getMessage()).contains("PEER_DID_NOT_RETURN_A_CERTIFICATE");
  }
}
