package io.sallyport.stack.bouncycastle;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Hashtable;
import java.util.OptionalLong;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.AlertLevel;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.HandshakeMessageInput;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/**
 * A client's protocol with half-close, and with the tickets that Bouncy Castle passes over: those
 * of TLS 1.3, and new ones of TLS 1.2 in a resumed handshake.
 */
final class ClientProtocol extends TlsClientProtocol implements Protocol {
  private static final int MAX_TICKET_LIFETIME_SECONDS = 7 * 24 * 3600;

  private final Tickets tickets;
  private final @Nullable Transcript transcript;
  private @Nullable TlsSecret resumptionSecret;
  private int resumptionHash;
  private boolean inputEnded;

  /** The tickets of TLS 1.3. */
  interface Tickets {
    /**
     * The obfuscated age of the ticket that is offered, an unsigned number of 32 bits; empty where
     * none is.
     */
    OptionalLong offeredAge();

    /**
     * A ticket came.
     *
     * @param ageAdd what obscures its age, an unsigned number of 32 bits
     * @param key the pre-shared key that belongs to it
     */
    void received(long lifetimeSeconds, long ageAdd, byte[] ticket, TlsSecret key);
  }

  /**
   * A protocol that is not connected yet.
   *
   * @param capturing whether tickets are of interest
   */
  ClientProtocol(Tickets tickets, boolean capturing) {
    this.tickets = tickets;
    this.transcript = capturing ? new Transcript() : null;
  }

  @Override
  public TlsProtocol bouncyCastle() {
    return this;
  }

  @Override
  public boolean inputEnded() {
    return inputEnded;
  }

  @Override
  public void endOutput() throws IOException {
    raiseAlertWarning(AlertDescription.close_notify, "Output ended");
  }

  @Override
  protected void handleAlertMessage(short level, short description) throws IOException {
    if (level == AlertLevel.warning
        && description == AlertDescription.close_notify
        && isConnected()) {
      inputEnded = true;
    } else {
      super.handleAlertMessage(level, description);
    }
  }

  @Override
  protected void safeWriteRecord(short type, byte[] bytes, int offset, int length)
      throws IOException {
    if (type == ContentType.handshake && transcript != null && !isConnected()) {
      transcript.add(bytes, offset, length);
    }
    super.safeWriteRecord(type, bytes, offset, length);
  }

  @Override
  protected void processRecord(short type, byte[] bytes, int offset, int length)
      throws IOException {
    if (type == ContentType.handshake && transcript != null && !isConnected()) {
      transcript.add(bytes, offset, length);
    }
    super.processRecord(type, bytes, offset, length);
  }

  /** Bouncy Castle gives every ticket the age 0, which is right for external keys only. */
  @Override
  protected void sendClientHelloMessage() throws IOException {
    OptionalLong age = tickets.offeredAge();
    byte[] offered =
        TlsUtils.getExtensionData(
            clientHello.getExtensions(), TlsExtensionsUtils.EXT_pre_shared_key);
    if (age.isPresent() && offered != null) {
      TlsUtils.writeUint32(age.getAsLong(), offered, offered.length - Integer.BYTES);
    }
    super.sendClientHelloMessage();
  }

  /** The secret is derived from the messages up to this one (RFC 8446 section 7.1). */
  @Override
  protected void send13FinishedMessage() throws IOException {
    super.send13FinishedMessage();
    if (transcript != null) {
      SecurityParameters parameters = getContext().getSecurityParametersHandshake();
      resumptionHash = parameters.getPRFCryptoHashAlgorithm();
      byte[] hash = transcript.hash(getContext().getCrypto(), resumptionHash);
      resumptionSecret =
          TlsCryptoUtils.hkdfExpandLabel(
              parameters.getMasterSecret(), resumptionHash, "res master", hash, hash.length);
      transcript.clear();
    }
  }

  @Override
  protected void receive13NewSessionTicket(ByteArrayInputStream message) throws IOException {
    TlsSecret master = resumptionSecret;
    if (!isConnected()) {
      throw new TlsFatalAlert(AlertDescription.unexpected_message);
    }
    long lifetime = TlsUtils.readUint32(message);
    long ageAdd = TlsUtils.readUint32(message);
    byte[] nonce = TlsUtils.readOpaque8(message);
    byte[] ticket = TlsUtils.readOpaque16(message, 1);
    TlsUtils.readOpaque16(message); // Only early data has an extension here.
    assertEmpty(message);
    if (master != null && lifetime > 0) {
      TlsSecret key =
          TlsCryptoUtils.hkdfExpandLabel(
              master,
              resumptionHash,
              "resumption",
              nonce,
              TlsCryptoUtils.getHashOutputSize(resumptionHash));
      tickets.received(Math.min(lifetime, MAX_TICKET_LIFETIME_SECONDS), ageAdd, ticket, key);
    }
  }

  @Override
  protected void completeHandshake() throws IOException {
    super.completeHandshake();
    if (transcript != null) {
      transcript.clear();
    }
  }

  /** A server may give a new ticket for a session that it resumes (RFC 5077 section 3.3). */
  @Override
  protected void handleHandshakeMessage(short type, HandshakeMessageInput message)
      throws IOException {
    SecurityParameters parameters = getContext().getSecurityParametersHandshake();
    if (type == HandshakeType.new_session_ticket
        && parameters != null
        && parameters.isResumedSession()
        && !TlsUtils.isTLSv13(parameters.getNegotiatedVersion())) {
      receiveNewSessionTicket(message); // The transcript has it already.
    } else {
      super.handleHandshakeMessage(type, message);
    }
  }

  static byte[] writeSessionExtensions(@Nullable Hashtable<?, ?> extensions) throws IOException {
    return extensions == null ? new byte[0] : writeExtensionsData(extensions);
  }

  static Hashtable<?, ?> readSessionExtensions(byte[] bytes) throws IOException {
    return readExtensionsData(bytes);
  }
}
