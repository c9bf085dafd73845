package io.sallyport.stack.bouncycastle;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.TlsVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.bouncycastle.tls.RecordPreview;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/**
 * An engine on Bouncy Castle's TLS protocol in its non-blocking mode. It is configured when it is
 * made; the setters of its class have no effect. It is given whole records. Not thread-safe.
 */
final class LowLevelEngine extends SSLEngine {
  private static final int RECORD_HEADER = 5;

  private @Nullable Protocol protocol;
  private @Nullable Side side;
  private boolean outputEnded;
  private boolean finishedTold;
  private LowLevelSession session;
  private @Nullable LowLevelSession handshakeSession;
  private String applicationProtocol = "";
  private @Nullable SavedSession newSession;

  /** A client or a server. */
  interface Side {
    /** Makes its protocol and connects it. */
    Protocol connect() throws IOException;

    /** Whether this is the client. */
    boolean isClient();
  }

  LowLevelEngine(String host, int port) {
    super(host, port);
    this.session = LowLevelSession.none(host, port);
  }

  void begin(Side own) {
    side = own;
  }

  // ---- what the side tells

  LowLevelSession sessionOf(
      SecurityParameters parameters, List<X509Certificate> peer, List<byte[]> responses) {
    boolean tls13 = TlsUtils.isTLSv13(parameters.getNegotiatedVersion());
    return new LowLevelSession(
        getPeerHost(),
        getPeerPort(),
        (tls13 ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2).protocol(),
        CipherSuite.ofNumber(parameters.getCipherSuite()).map(CipherSuite::name).orElse(""),
        peer,
        responses);
  }

  void verifying(LowLevelSession coming) {
    handshakeSession = coming;
  }

  void established(LowLevelSession result, String agreedProtocol) {
    session = result;
    handshakeSession = null;
    applicationProtocol = agreedProtocol;
  }

  void newSession(SavedSession fresh) {
    newSession = fresh;
  }

  Optional<SavedSession> takeNewSession() {
    Optional<SavedSession> fresh = Optional.ofNullable(newSession);
    newSession = null;
    return fresh;
  }

  // ---- the engine

  @Override
  public void beginHandshake() throws SSLException {
    if (protocol != null) {
      throw new SSLException("There is no renegotiation.");
    }
    try {
      Side own = side;
      if (own == null) {
        throw new SSLException("The engine has no side yet.");
      }
      protocol = own.connect();
    } catch (IOException e) {
      throw asSslException(e);
    }
  }

  @Override
  public SSLEngineResult wrap(ByteBuffer[] srcs, int offset, int length, ByteBuffer dst)
      throws SSLException {
    TlsProtocol own = begun();
    if (own == null) {
      return new SSLEngineResult(Status.CLOSED, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
    }
    int consumed = 0;
    if (own.getAvailableOutputBytes() == 0 && !outputEnded && own.isConnected()) {
      consumed = encrypt(own, srcs, offset, length, dst.remaining());
      if (consumed < 0) {
        return new SSLEngineResult(Status.BUFFER_OVERFLOW, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
      }
    }
    int produced = 0;
    while (own.getAvailableOutputBytes() > 0) {
      int next = nextRecords(own, dst.remaining());
      if (next == 0) {
        return produced == 0
            ? new SSLEngineResult(Status.BUFFER_OVERFLOW, HandshakeStatus.NEED_WRAP, consumed, 0)
            : new SSLEngineResult(Status.OK, HandshakeStatus.NEED_WRAP, consumed, produced);
      }
      produced += own.readOutput(dst, next);
    }
    Status status = isOutboundDone() ? Status.CLOSED : Status.OK;
    return new SSLEngineResult(status, statusAfterStep(), consumed, produced);
  }

  /** Encrypts at most one record's worth and tells how many bytes; -1 without the room for it. */
  private static int encrypt(TlsProtocol own, ByteBuffer[] srcs, int offset, int length, int room)
      throws SSLException {
    int available = 0;
    for (int i = offset; i < offset + length; i++) {
      available = Math.min(own.getApplicationDataLimit(), available + srcs[i].remaining());
    }
    if (available == 0) {
      return 0;
    }
    try {
      RecordPreview preview = own.previewOutputRecord(available);
      if (room < preview.getRecordSize()) {
        return -1;
      }
      byte[] plaintext = new byte[preview.getContentLimit()];
      int count = 0;
      for (int i = offset; i < offset + length && count < plaintext.length; i++) {
        int part = Math.min(srcs[i].remaining(), plaintext.length - count);
        srcs[i].get(plaintext, count, part);
        count += part;
      }
      own.writeApplicationData(plaintext, 0, count);
      return count;
    } catch (IOException e) {
      throw asSslException(e);
    }
  }

  /** All output if it fits, else its first record if that fits, else 0. */
  private static int nextRecords(TlsProtocol own, int room) {
    int all = own.getAvailableOutputBytes();
    if (all <= room) {
      return all;
    }
    int first = own.previewOutputRecord();
    return first > 0 && first <= room ? first : 0;
  }

  @Override
  public SSLEngineResult unwrap(ByteBuffer src, ByteBuffer[] dsts, int offset, int length)
      throws SSLException {
    TlsProtocol own = begun();
    if (own == null || isInboundDone()) {
      return new SSLEngineResult(Status.CLOSED, getHandshakeStatus(), 0, 0);
    }
    if (getHandshakeStatus() == HandshakeStatus.NEED_WRAP && own.isHandshaking()) {
      return new SSLEngineResult(Status.OK, HandshakeStatus.NEED_WRAP, 0, 0);
    }
    try {
      byte[] record = nextRecord(own, src, dsts, offset, length);
      if (record.length == 0) {
        Status status =
            src.remaining() < RECORD_HEADER ? Status.BUFFER_UNDERFLOW : lackOf(own, src);
        return new SSLEngineResult(status, getHandshakeStatus(), 0, 0);
      }
      own.offerInput(record, 0, record.length);
      int produced = deliver(own, dsts, offset, length);
      Status status = isInboundDone() ? Status.CLOSED : Status.OK;
      return new SSLEngineResult(status, statusAfterStep(), record.length, produced);
    } catch (IOException e) {
      throw asSslException(e);
    }
  }

  /** Takes a record out of the source; nothing while it is not whole or has no room. */
  private static byte[] nextRecord(
      TlsProtocol own, ByteBuffer src, ByteBuffer[] dsts, int offset, int length)
      throws IOException {
    if (src.remaining() < RECORD_HEADER) {
      return new byte[0];
    }
    RecordPreview preview = preview(own, src);
    int room = 0;
    for (int i = offset; i < offset + length; i++) {
      room = Math.min(preview.getContentLimit(), room + dsts[i].remaining());
    }
    if (src.remaining() < preview.getRecordSize() || room < preview.getContentLimit()) {
      return new byte[0];
    }
    byte[] record = new byte[preview.getRecordSize()];
    src.get(record);
    return record;
  }

  private static Status lackOf(TlsProtocol own, ByteBuffer src) throws IOException {
    return src.remaining() < preview(own, src).getRecordSize()
        ? Status.BUFFER_UNDERFLOW
        : Status.BUFFER_OVERFLOW;
  }

  private static RecordPreview preview(TlsProtocol own, ByteBuffer src) throws IOException {
    byte[] header = new byte[RECORD_HEADER];
    src.get(src.position(), header);
    return own.previewInputRecord(header);
  }

  private static int deliver(TlsProtocol own, ByteBuffer[] dsts, int offset, int length) {
    int produced = 0;
    for (int i = offset; i < offset + length && own.getAvailableInputBytes() > 0; i++) {
      int count = Math.min(dsts[i].remaining(), own.getAvailableInputBytes());
      produced += own.readInput(dsts[i], count);
    }
    return produced;
  }

  private @Nullable TlsProtocol begun() throws SSLException {
    if (protocol == null) {
      if (outputEnded) {
        return null;
      }
      beginHandshake();
    }
    Protocol own = protocol;
    return own == null ? null : own.bouncyCastle();
  }

  private HandshakeStatus statusAfterStep() {
    HandshakeStatus status = getHandshakeStatus();
    if (status == HandshakeStatus.NOT_HANDSHAKING && !finishedTold && isConnected()) {
      finishedTold = true;
      return HandshakeStatus.FINISHED;
    }
    return status;
  }

  private boolean isConnected() {
    Protocol own = protocol;
    return own != null && own.bouncyCastle().isConnected();
  }

  @Override
  public HandshakeStatus getHandshakeStatus() {
    Protocol own = protocol;
    if (own == null) {
      return HandshakeStatus.NOT_HANDSHAKING;
    }
    if (own.bouncyCastle().getAvailableOutputBytes() > 0) {
      return HandshakeStatus.NEED_WRAP;
    }
    return own.bouncyCastle().isHandshaking()
        ? HandshakeStatus.NEED_UNWRAP
        : HandshakeStatus.NOT_HANDSHAKING;
  }

  @Override
  public void closeOutbound() {
    Protocol own = protocol;
    if (outputEnded) {
      return;
    }
    outputEnded = true;
    if (own == null) {
      return;
    }
    try {
      if (own.bouncyCastle().isConnected()) {
        own.endOutput();
      } else {
        own.bouncyCastle().close();
      }
    } catch (IOException e) {
      // The alert cannot be written; the connection ends without it.
      outputEnded = true;
    }
  }

  @Override
  public void closeInbound() throws SSLException {
    if (!isInboundDone()) {
      throw new SSLException("The peer did not end the connection by close_notify.");
    }
  }

  @Override
  public boolean isInboundDone() {
    Protocol own = protocol;
    return own == null ? outputEnded : own.inputEnded() || own.bouncyCastle().isClosed();
  }

  @Override
  public boolean isOutboundDone() {
    Protocol own = protocol;
    return own == null
        ? outputEnded
        : (outputEnded || own.bouncyCastle().isClosed())
            && own.bouncyCastle().getAvailableOutputBytes() == 0;
  }

  private static SSLException asSslException(IOException e) {
    return e instanceof SSLException already
        ? already
        : new SSLException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
  }

  @Override
  public SSLSession getSession() {
    return session;
  }

  @Override
  public @Nullable SSLSession getHandshakeSession() {
    return handshakeSession;
  }

  @Override
  public String getApplicationProtocol() {
    return applicationProtocol;
  }

  @Override
  public @Nullable Runnable getDelegatedTask() {
    return null;
  }

  @Override
  public boolean getUseClientMode() {
    Side own = side;
    return own != null && own.isClient();
  }

  // ---- what was settled when it was made

  @Override
  public void setUseClientMode(boolean client) {
    if (client != getUseClientMode()) {
      throw new IllegalArgumentException("The engine's side was settled when it was made.");
    }
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return new String[0];
  }

  @Override
  public String[] getEnabledCipherSuites() {
    return new String[0];
  }

  @Override
  public void setEnabledCipherSuites(String[] suites) {
    throw settled();
  }

  @Override
  public String[] getSupportedProtocols() {
    return new String[0];
  }

  @Override
  public String[] getEnabledProtocols() {
    return new String[0];
  }

  @Override
  public void setEnabledProtocols(String[] protocols) {
    throw settled();
  }

  @Override
  public void setNeedClientAuth(boolean need) {
    throw settled();
  }

  @Override
  public boolean getNeedClientAuth() {
    return false;
  }

  @Override
  public void setWantClientAuth(boolean want) {
    throw settled();
  }

  @Override
  public boolean getWantClientAuth() {
    return false;
  }

  @Override
  public void setEnableSessionCreation(boolean flag) {
    throw settled();
  }

  @Override
  public boolean getEnableSessionCreation() {
    return true;
  }

  private static UnsupportedOperationException settled() {
    return new UnsupportedOperationException("The engine was configured when it was made.");
  }
}
