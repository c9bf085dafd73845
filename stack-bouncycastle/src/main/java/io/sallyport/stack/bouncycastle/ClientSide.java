package io.sallyport.stack.bouncycastle;

import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.PreSharedKey;
import io.sallyport.tls.Revocation;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Vector;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.BasicTlsPSKExternal;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateStatusRequest;
import org.bouncycastle.tls.ExtensionType;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.NamedGroupRole;
import org.bouncycastle.tls.NewSessionTicket;
import org.bouncycastle.tls.PRFAlgorithm;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.PskKeyExchangeMode;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.SessionParameters;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientContext;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsPSK;
import org.bouncycastle.tls.TlsPSKIdentity;
import org.bouncycastle.tls.TlsSession;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/** A client, as Bouncy Castle's TLS asks it. */
@SuppressWarnings({"rawtypes", "JdkObsolete"}) // As old as the API.
final class ClientSide extends AbstractTlsClient
    implements LowLevelEngine.Side, ClientProtocol.Tickets {
  private static final Integer SESSION_TICKET = ExtensionType.session_ticket;
  private static final Duration SESSION_LIFETIME = Duration.ofDays(1);
  private static final int SESSION_ID_BYTES = 32;

  private static final int[] FINITE_FIELD_GROUPS = {
    NamedGroup.ffdhe2048, NamedGroup.ffdhe3072, NamedGroup.ffdhe4096
  };

  /**
   * In TLS 1.2 the list of groups is that of the signatures' curves too (RFC 8422 section 5.1.1),
   * so one without any gets them at its end where nothing newer is offered. If one were chosen for
   * the key exchange, the check of the outcome would refuse it.
   */
  private static final int[] SIGNATURE_CURVES = {
    NamedGroup.secp256r1, NamedGroup.secp384r1, NamedGroup.secp521r1
  };

  private final Conversation conversation;
  private final ServerVerification verification;
  private final boolean capturing;
  private byte[] newTicket = new byte[0];
  private Duration newTicketLifetime = SESSION_LIFETIME;
  private boolean pskSelected;

  /** The session whose ticket is offered in TLS 1.3. */
  private Optional<SavedSession> pskTicket = Optional.empty();

  ClientSide(Conversation conversation) {
    super(conversation.crypto());
    this.conversation = conversation;
    this.verification = new ServerVerification(conversation);
    this.capturing = conversation.config() instanceof ClientConfig client && client.sessions();
  }

  @Override
  public boolean isClient() {
    return true;
  }

  /**
   * In TLS 1.3 a handshake with a pre-shared key costs no more than one with a ticket, and offers
   * the key in its place; so no tickets are kept there.
   */
  @Override
  public Protocol connect() throws IOException {
    boolean tickets = capturing && conversation.preSharedKeys().isEmpty();
    ClientProtocol protocol = new ClientProtocol(this, tickets);
    protocol.connect(this);
    return protocol;
  }

  @Override
  public void init(TlsClientContext begun) {
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
  protected @Nullable Vector getSNIServerNames() {
    Vector<ServerName> names = new Vector<>();
    conversation
        .serverName()
        .map(name -> name.getBytes(StandardCharsets.US_ASCII))
        .ifPresent(name -> names.add(new ServerName(NameType.host_name, name)));
    return names.isEmpty() ? null : names;
  }

  @Override
  protected @Nullable Vector getProtocolNames() {
    Vector<ProtocolName> names = new Vector<>();
    conversation.config().alpn().forEach(name -> names.add(ProtocolName.asUtf8Encoding(name)));
    return names.isEmpty() ? null : names;
  }

  @Override
  protected @Nullable CertificateStatusRequest getCertificateStatusRequest() {
    boolean wanted =
        conversation.config() instanceof ClientConfig client
            && client.revocation() != Revocation.NONE;
    return wanted ? super.getCertificateStatusRequest() : null;
  }

  @Override
  protected Vector getSupportedGroups(Vector roles) {
    Vector<Integer> groups = new Vector<>();
    Arrays.stream(conversation.groups()).forEach(groups::add);
    if (conversation.config().groups().isEmpty()) {
      if (roles.contains(NamedGroupRole.dh)) { // Else a server's named group would be refused.
        TlsUtils.addIfSupported(groups, getCrypto(), FINITE_FIELD_GROUPS);
      }
    } else if (!Arrays.asList(getProtocolVersions()).contains(ProtocolVersion.TLSv13)
        && Arrays.stream(SIGNATURE_CURVES).noneMatch(groups::contains)) {
      TlsUtils.addIfSupported(groups, getCrypto(), SIGNATURE_CURVES);
    }
    return groups;
  }

  @Override
  public Vector getEarlyKeyShareGroups() {
    return TlsUtils.vectorOfOne(conversation.groups()[0]);
  }

  @Override
  protected Vector<SignatureAndHashAlgorithm> getSupportedSignatureAlgorithms() {
    return SignatureSchemes.all();
  }

  // ---- pre-shared keys

  /** For TLS 1.2. */
  @Override
  public @Nullable TlsPSKIdentity getPSKIdentity() {
    List<PreSharedKey> keys = conversation.preSharedKeys();
    return keys.isEmpty() ? null : new ClientKey(keys.get(0));
  }

  /** For TLS 1.3: the configured key, or that of a ticket. */
  @Override
  public @Nullable Vector getExternalPSKs() {
    List<PreSharedKey> keys = conversation.preSharedKeys();
    if (!keys.isEmpty()) {
      return TlsUtils.vectorOfOne(external(keys.get(0)));
    }
    Optional<SavedSession> session = session(TlsVersion.TLS_1_3);
    if (session.isEmpty()) {
      return null;
    }
    pskTicket = session;
    conversation.crypto().offerResumption();
    return TlsUtils.vectorOfOne(
        new BasicTlsPSKExternal(
            session.get().ticket(),
            getCrypto().createSecret(session.get().secret()),
            PreSharedKeys.prf(session.get().cipherSuite())));
  }

  private BasicTlsPSKExternal external(PreSharedKey key) {
    return new BasicTlsPSKExternal(
        key.identity().getBytes(StandardCharsets.UTF_8),
        PreSharedKeys.secret(getCrypto(), key),
        PRFAlgorithm.tls13_hkdf_sha256);
  }

  @Override
  public void notifySelectedPSK(@Nullable TlsPSK selected) {
    pskSelected = selected != null;
  }

  @Override
  public TlsAuthentication getAuthentication() throws IOException {
    if (!conversation.preSharedKeys().isEmpty()) {
      throw new TlsFatalAlert(
          AlertDescription.handshake_failure,
          "The server authenticates by certificate instead of the pre-shared key");
    }
    return verification;
  }

  // ---- sessions

  /** The session to resume, if it is of this version and its suite is offered. */
  private Optional<SavedSession> session(TlsVersion version) {
    return conversation
        .session()
        .filter(saved -> saved.version() == version)
        .filter(
            saved ->
                Arrays.stream(getCipherSuites()).anyMatch(suite -> suite == saved.cipherSuite()));
  }

  /** For TLS 1.2. */
  @Override
  public @Nullable TlsSession getSessionToResume() {
    Optional<SavedSession> session = session(TlsVersion.TLS_1_2);
    if (session.isEmpty()) {
      return null;
    }
    SavedSession saved = session.get();
    try {
      List<TlsCertificate> chain = new ArrayList<>();
      for (byte[] certificate : saved.peerChain()) {
        chain.add(getCrypto().createCertificate(certificate));
      }
      SessionParameters parameters =
          new SessionParameters.Builder()
              .setCipherSuite(saved.cipherSuite())
              .setExtendedMasterSecret(saved.extendedMasterSecret())
              .setMasterSecret(getCrypto().createSecret(saved.secret()))
              .setNegotiatedVersion(ProtocolVersion.TLSv12)
              .setPeerCertificate(new Certificate(chain.toArray(new TlsCertificate[0])))
              .setServerExtensions(ClientProtocol.readSessionExtensions(saved.serverExtensions()))
              .build();
      return TlsUtils.importSession(sessionId(saved), parameters);
    } catch (IOException e) {
      return null; // Not as it was written: a full handshake then.
    }
  }

  /** With a ticket, one that the server can echo to say that it took it (RFC 5077 section 3.4). */
  private static byte[] sessionId(SavedSession saved) {
    if (saved.ticket().length == 0) {
      return saved.id();
    }
    byte[] id = new byte[SESSION_ID_BYTES];
    new SecureRandom().nextBytes(id);
    return id;
  }

  @Override
  @SuppressWarnings("unchecked")
  public Hashtable getClientExtensions() throws IOException {
    Hashtable<Integer, byte[]> extensions = super.getClientExtensions();
    if (capturing) { // Without it, a server of TLS 1.3 sends no tickets.
      TlsExtensionsUtils.addPSKKeyExchangeModesExtension(
          extensions, new short[] {PskKeyExchangeMode.psk_dhe_ke});
    }
    if (capturing && Arrays.asList(getProtocolVersions()).contains(ProtocolVersion.TLSv12)) {
      extensions.put(
          SESSION_TICKET,
          session(TlsVersion.TLS_1_2).map(SavedSession::ticket).orElse(new byte[0]));
    }
    return extensions;
  }

  /** For TLS 1.2. An empty one is no ticket. */
  @Override
  public void notifyNewSessionTicket(NewSessionTicket ticket) {
    newTicket = ticket.getTicket();
    if (ticket.getTicketLifetimeHint() > 0) {
      newTicketLifetime = Duration.ofSeconds(ticket.getTicketLifetimeHint());
    }
  }

  @Override
  public void notifyHandshakeComplete() throws IOException {
    SecurityParameters agreed = context.getSecurityParametersConnection();
    boolean tls13 = TlsUtils.isTLSv13(agreed.getNegotiatedVersion());
    if (pskSelected || agreed.isResumedSession()) {
      verification.resumed(conversation.session());
    }
    conversation
        .engine()
        .established(verification.session(agreed), Conversation.protocolName(agreed));
    if (!tls13) {
      conversation.tellMasterSecret(agreed);
      if (capturing) {
        captureTls12(agreed);
      }
    }
  }

  private void captureTls12(SecurityParameters agreed) throws IOException {
    boolean byId = newTicket.length == 0 && !agreed.isResumedSession();
    byte[] id = byId ? agreed.getSessionID() : new byte[0];
    if (id.length == 0 && newTicket.length == 0) {
      return;
    }
    Instant now = Instant.now();
    byte[] extensions = new byte[0];
    if (agreed.isResumedSession()) {
      extensions = conversation.session().map(SavedSession::serverExtensions).orElse(extensions);
    } else {
      SessionParameters parameters = context.getSession().exportSessionParameters();
      extensions = ClientProtocol.writeSessionExtensions(parameters.readServerExtensions());
      parameters.clear();
    }
    conversation
        .engine()
        .newSession(
            new SavedSession(
                TlsVersion.TLS_1_2,
                now,
                now.plus(newTicketLifetime),
                agreed.getCipherSuite(),
                Conversation.copy(agreed.getMasterSecret()),
                agreed.isExtendedMasterSecret(),
                id,
                newTicket,
                0,
                extensions,
                verification.peerChain()));
  }

  @Override
  public OptionalLong offeredAge() {
    Instant now = Instant.now();
    return pskTicket.stream().mapToLong(saved -> saved.obfuscatedAge(now)).findFirst();
  }

  @Override
  public void received(long lifetimeSeconds, long ageAdd, byte[] ticket, TlsSecret key) {
    Instant now = Instant.now();
    conversation
        .engine()
        .newSession(
            new SavedSession(
                TlsVersion.TLS_1_3,
                now,
                now.plusSeconds(lifetimeSeconds),
                context.getSecurityParametersConnection().getCipherSuite(),
                key.extract(),
                true,
                new byte[0],
                ticket,
                ageAdd,
                new byte[0],
                verification.peerChain()));
  }

  /** A key for TLS 1.2 (RFC 4279), given out when it is needed. */
  private static final class ClientKey implements TlsPSKIdentity {
    private final PreSharedKey key;

    ClientKey(PreSharedKey key) {
      this.key = key;
    }

    @Override
    public void skipIdentityHint() {
      // The identity does not depend on a hint.
    }

    @Override
    public void notifyIdentityHint(byte[] hint) {
      // Nor on this one.
    }

    @Override
    public byte[] getPSKIdentity() {
      return key.identity().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte @Nullable [] getPSK() {
      try {
        return key.key();
      } catch (TlsException e) {
        return null; // Destroyed meanwhile.
      }
    }
  }
}
