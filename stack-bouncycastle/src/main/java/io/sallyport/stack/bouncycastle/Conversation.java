package io.sallyport.stack.bouncycastle;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.Identity;
import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.PreSharedKey;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.Trust;
import io.sallyport.tls.engine.EngineMaterials;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/** What both sides' callbacks need of one connection's configuration. Used by its thread only. */
final class Conversation {
  private static final List<String> DEFAULT_GROUPS =
      List.of("x25519", "secp256r1", "x448", "secp384r1", "secp521r1");

  private final EngineMaterials materials;
  private final LowLevelEngine engine;
  private final WatchedCrypto crypto;
  private final Optional<String> serverName;
  private final Optional<SavedSession> session;
  private @Nullable TlsContext context;

  Conversation(
      EngineMaterials materials,
      LowLevelEngine engine,
      WatchedCrypto crypto,
      Optional<String> serverName,
      Optional<SavedSession> session) {
    this.materials = materials;
    this.engine = engine;
    this.crypto = crypto;
    this.serverName = serverName;
    this.session = session;
  }

  void begin(TlsContext begun) {
    context = begun;
  }

  Optional<TlsContext> context() {
    return Optional.ofNullable(context);
  }

  TlsConfig config() {
    return materials.config();
  }

  EngineMaterials materials() {
    return materials;
  }

  LowLevelEngine engine() {
    return engine;
  }

  WatchedCrypto crypto() {
    return crypto;
  }

  Optional<String> serverName() {
    return serverName;
  }

  Optional<SavedSession> session() {
    return session;
  }

  /** The own certificate and key. */
  Optional<Identity> identity() {
    return materials.chooser().identity(engine.getPeerPort());
  }

  /** Pre-shared keys; empty where certificates authenticate. */
  List<PreSharedKey> preSharedKeys() {
    return config().trust() instanceof Trust.PreShared preShared ? preShared.keys() : List.of();
  }

  ProtocolVersion[] versions() {
    return materials.versions().stream()
        .map(v -> v == TlsVersion.TLS_1_3 ? ProtocolVersion.TLSv13 : ProtocolVersion.TLSv12)
        .toArray(ProtocolVersion[]::new);
  }

  /** Those allowed; in TLS 1.3 a pre-shared key goes with the suites of its hash only. */
  int[] cipherSuites() {
    boolean preShared = !preSharedKeys().isEmpty();
    return materials.suites().stream()
        .filter(suite -> !preShared || !suite.isTls13() || PreSharedKeys.suits(suite))
        .mapToInt(CipherSuite::number)
        .toArray();
  }

  /** The groups for the key exchange, most preferred first. */
  int[] groups() {
    List<NamedGroup> only = config().groups();
    return (only.isEmpty()
            ? DEFAULT_GROUPS.stream().map(name -> NamedGroup.ofName(name).orElseThrow())
            : only.stream())
        .mapToInt(NamedGroup::number)
        .filter(group -> TlsUtils.isSupportedNamedGroup(crypto, group))
        .toArray();
  }

  /** TLS 1.2 has one secret, which is there when the handshake is complete. */
  void tellMasterSecret(SecurityParameters agreed) throws IOException {
    if (crypto.isWatched()) {
      byte[] secret = copy(agreed.getMasterSecret());
      crypto.derived(KeyLogLines.MASTER_SECRET, secret);
      Arrays.fill(secret, (byte) 0);
    }
  }

  /** The ALPN protocol that was agreed on; empty without one. */
  static String protocolName(SecurityParameters agreed) {
    ProtocolName name = agreed.getApplicationProtocol();
    return name == null ? "" : name.getUtf8Decoding();
  }

  /** A secret's bytes, without using it up. */
  static byte[] copy(TlsSecret secret) throws IOException {
    return secret.encrypt(
        (bytes, offset, length) -> Arrays.copyOfRange(bytes, offset, offset + length));
  }
}
