package io.sallyport.stack.bouncycastle;

import io.sallyport.tls.Identity;
import io.sallyport.tls.PreSharedKey;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Vector;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.BasicTlsPSKExternal;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.KeyExchangeAlgorithm;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.PRFAlgorithm;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.PskIdentity;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.TlsPSKIdentityManager;
import org.bouncycastle.tls.TlsServerContext;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/** A server, as Bouncy Castle's TLS asks it. */
@SuppressWarnings({"rawtypes", "JdkObsolete"}) // As old as the API.
final class ServerSide extends AbstractTlsServer implements LowLevelEngine.Side {
  private static final short[] CERTIFICATE_TYPES = {
    ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign
  };

  private final Conversation conversation;
  private List<X509Certificate> peer = List.of();

  ServerSide(Conversation conversation) {
    super(conversation.crypto());
    this.conversation = conversation;
  }

  @Override
  public boolean isClient() {
    return false;
  }

  @Override
  public Protocol connect() throws IOException {
    ServerProtocol protocol = new ServerProtocol();
    protocol.accept(this);
    return protocol;
  }

  @Override
  public void init(TlsServerContext begun) {
    super.init(begun);
    conversation.begin(begun);
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return conversation.versions();
  }

  @Override
  protected int[] getSupportedCipherSuites() {
    return TlsUtils.getSupportedCipherSuites(getCrypto(), conversation.cipherSuites());
  }

  @Override
  protected boolean preferLocalCipherSuites() {
    return true;
  }

  /** In TLS 1.2 a suite needs a key of its kind. */
  @Override
  protected boolean selectCipherSuite(int suite) throws IOException {
    int keyExchange = TlsUtils.getKeyExchangeAlgorithm(suite);
    boolean authenticates =
        TlsUtils.isTLSv13(context)
            || !conversation.preSharedKeys().isEmpty()
            || conversation
                .identity()
                .filter(own -> Credentials.suits(keyExchange, own.certificate().getPublicKey()))
                .isPresent();
    return authenticates && super.selectCipherSuite(suite);
  }

  @Override
  public int[] getSupportedGroups() {
    return conversation.groups();
  }

  /** For TLS 1.2: the client's first choice that is allowed here. */
  @Override
  protected int selectECDH(int minimumCurveBits) {
    int[] offered = context.getSecurityParametersHandshake().getClientSupportedGroups();
    int[] allowed = conversation.groups();
    return Arrays.stream(offered == null ? new int[] {NamedGroup.secp256r1} : offered)
        .filter(group -> Arrays.stream(allowed).anyMatch(own -> own == group))
        .filter(group -> NamedGroup.getCurveBits(group) >= minimumCurveBits)
        .findFirst()
        .orElse(-1);
  }

  /** A suite with ECDHE is of no use where no group is shared. */
  @Override
  protected int getMaximumNegotiableCurveBits() {
    int group = selectECDH(1);
    return group < 0 ? 0 : NamedGroup.getCurveBits(group);
  }

  /** For TLS 1.2 with a finite field: as Bouncy Castle does, unless groups are configured. */
  @Override
  protected int selectDH(int minimumBits) {
    return conversation.config().groups().isEmpty()
        ? super.selectDH(minimumBits)
        : finiteFieldGroups()
            .filter(group -> NamedGroup.getFiniteFieldBits(group) >= minimumBits)
            .findFirst()
            .orElse(-1);
  }

  @Override
  protected int getMaximumNegotiableFiniteFieldBits() {
    return conversation.config().groups().isEmpty()
        ? super.getMaximumNegotiableFiniteFieldBits()
        : finiteFieldGroups().map(NamedGroup::getFiniteFieldBits).max().orElse(0);
  }

  /** Those that are configured and that the client offers. */
  private IntStream finiteFieldGroups() {
    int[] offered = context.getSecurityParametersHandshake().getClientSupportedGroups();
    return Arrays.stream(conversation.groups())
        .filter(NamedGroup::isFiniteField)
        .filter(own -> offered != null && Arrays.stream(offered).anyMatch(group -> group == own));
  }

  @Override
  protected @Nullable Vector getProtocolNames() {
    Vector<ProtocolName> names = new Vector<>();
    conversation.config().alpn().forEach(name -> names.add(ProtocolName.asUtf8Encoding(name)));
    return names.isEmpty() ? null : names;
  }

  @Override
  protected boolean allowCertificateStatus() {
    return false; // There is none to send.
  }

  // ---- pre-shared keys

  /** For TLS 1.2 (RFC 4279); null refuses the identity. */
  @Override
  public @Nullable TlsPSKIdentityManager getPSKIdentityManager() {
    List<PreSharedKey> keys = conversation.preSharedKeys();
    return keys.isEmpty() ? null : new ServerKeys(keys);
  }

  /** For TLS 1.3. */
  @Override
  @SuppressWarnings("unchecked")
  public @Nullable TlsPSKExternal getExternalPSK(Vector identities) {
    for (PreSharedKey key : conversation.preSharedKeys()) {
      for (int i = 0; i < identities.size(); i++) {
        byte[] identity = ((PskIdentity) identities.get(i)).getIdentity();
        if (PreSharedKeys.find(List.of(key), identity).isPresent()) {
          // The age of an external key must be ignored (RFC 8446 section 4.2.11), and Bouncy
          // Castle would not find one whose age is not 0.
          identities.set(i, new PskIdentity(identity, 0));
          return new BasicTlsPSKExternal(
              identity, PreSharedKeys.secret(getCrypto(), key), PRFAlgorithm.tls13_hkdf_sha256);
        }
      }
    }
    return null;
  }

  // ---- certificates

  @Override
  public @Nullable TlsCredentials getCredentials() throws IOException {
    boolean tls13 = TlsUtils.isTLSv13(context);
    SecurityParameters parameters = context.getSecurityParametersHandshake();
    if (!conversation.preSharedKeys().isEmpty()) {
      if (tls13) {
        throw new TlsFatalAlert(
            AlertDescription.unknown_psk_identity,
            "The client offered none of the pre-shared keys that are known here");
      }
      return null;
    }
    Identity own =
        conversation
            .identity()
            .orElseThrow(() -> new TlsFatalAlert(AlertDescription.internal_error));
    if (!tls13 && parameters.getKeyExchangeAlgorithm() == KeyExchangeAlgorithm.RSA) {
      return Credentials.decryptor(conversation.crypto(), own);
    }
    return Credentials.signer(
        context,
        conversation.crypto(),
        own,
        parameters.getClientSigAlgs(),
        tls13 ? TlsUtils.EMPTY_BYTES : null);
  }

  private boolean requiresCertificate() {
    return conversation.config() instanceof ServerConfig server
        && server.clientCertificateRequired();
  }

  @Override
  public @Nullable CertificateRequest getCertificateRequest() throws IOException {
    if (!requiresCertificate()) {
      return null;
    }
    Vector<X500Name> authorities = new Vector<>();
    for (X509Certificate issuer : conversation.materials().verifier().getAcceptedIssuers()) {
      authorities.add(X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded()));
    }
    return TlsUtils.isTLSv13(context)
        ? new CertificateRequest(TlsUtils.EMPTY_BYTES, SignatureSchemes.all(), null, authorities)
        : new CertificateRequest(CERTIFICATE_TYPES, SignatureSchemes.all(), authorities);
  }

  @Override
  public void notifyClientCertificate(Certificate shown) throws IOException {
    X509Certificate[] chain = Credentials.chain(shown);
    LowLevelEngine engine = conversation.engine();
    engine.verifying(
        engine.sessionOf(context.getSecurityParametersHandshake(), List.of(chain), List.of()));
    try {
      conversation
          .materials()
          .verifier()
          .checkClientTrusted(chain, Credentials.authType(context), engine);
    } catch (CertificateException e) {
      throw new TlsFatalAlert(alert(chain.length), e);
    }
    peer = List.of(chain);
  }

  private short alert(int length) {
    if (length > 0) {
      return AlertDescription.certificate_unknown;
    }
    return TlsUtils.isTLSv13(context)
        ? AlertDescription.certificate_required
        : AlertDescription.handshake_failure;
  }

  @Override
  public void notifyHandshakeComplete() throws IOException {
    SecurityParameters agreed = context.getSecurityParametersConnection();
    LowLevelEngine engine = conversation.engine();
    engine.established(
        engine.sessionOf(agreed, peer, List.of()), Conversation.protocolName(agreed));
    if (!TlsUtils.isTLSv13(agreed.getNegotiatedVersion())) {
      conversation.tellMasterSecret(agreed);
    }
  }

  /** The keys of TLS 1.2, by the identity that the client names. */
  private static final class ServerKeys implements TlsPSKIdentityManager {
    private final List<PreSharedKey> keys;

    ServerKeys(List<PreSharedKey> keys) {
      this.keys = keys;
    }

    @Override
    public byte @Nullable [] getHint() {
      return null;
    }

    @Override
    public byte @Nullable [] getPSK(byte[] identity) {
      Optional<PreSharedKey> key = PreSharedKeys.find(keys, identity);
      try {
        return key.isEmpty() ? null : key.get().key();
      } catch (TlsException e) {
        return null; // Destroyed meanwhile: nobody knows it any more.
      }
    }
  }
}
