package io.sallyport.stack.bouncycastle;

import io.sallyport.tls.Identity;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatus;
import org.bouncycastle.tls.CertificateStatusType;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/** A client's verification of the server, and its own certificate. */
final class ServerVerification implements TlsAuthentication {
  private final Conversation conversation;
  private List<X509Certificate> peer = List.of();
  private List<byte[]> responses = List.of();

  ServerVerification(Conversation conversation) {
    this.conversation = conversation;
  }

  @Override
  public void notifyServerCertificate(TlsServerCertificate shown) throws IOException {
    TlsContext context = conversation.context().orElseThrow();
    X509Certificate[] chain = Credentials.chain(shown.getCertificate());
    peer = List.of(chain);
    responses = responses(context, shown);
    LowLevelEngine engine = conversation.engine();
    engine.verifying(session(context.getSecurityParametersHandshake()));
    try {
      conversation
          .materials()
          .verifier()
          .checkServerTrusted(chain, Credentials.authType(context), engine);
    } catch (CertificateException e) {
      throw new TlsFatalAlert(AlertDescription.certificate_unknown, e);
    }
  }

  /** In TLS 1.2 a message of its own, in TLS 1.3 an extension of the certificate. */
  private static List<byte[]> responses(TlsContext context, TlsServerCertificate shown)
      throws IOException {
    CertificateStatus status = shown.getCertificateStatus();
    Certificate certificate = shown.getCertificate();
    if (status == null && TlsUtils.isTLSv13(context) && !certificate.isEmpty()) {
      Hashtable<?, ?> extensions = certificate.getCertificateEntryAt(0).getExtensions();
      byte[] data =
          extensions == null
              ? null
              : TlsUtils.getExtensionData(extensions, TlsExtensionsUtils.EXT_status_request);
      if (data != null) {
        status = CertificateStatus.parse(context, new java.io.ByteArrayInputStream(data));
      }
    }
    if (status == null || status.getStatusType() != CertificateStatusType.ocsp) {
      return List.of();
    }
    OCSPResponse response = status.getOCSPResponse();
    return response == null ? List.of() : List.of(response.getEncoded("DER"));
  }

  @Override
  public @Nullable TlsCredentials getClientCredentials(CertificateRequest request)
      throws IOException {
    Optional<Identity> own = conversation.identity();
    if (own.isEmpty()) {
      return null;
    }
    TlsContext context = conversation.context().orElseThrow();
    return Credentials.signer(
        context,
        conversation.crypto(),
        own.get(),
        request.getSupportedSignatureAlgorithms(),
        TlsUtils.isTLSv13(context) ? request.getCertificateRequestContext() : null);
  }

  /** The session was resumed, so its server is the one that was verified then. */
  void resumed(Optional<SavedSession> session) throws IOException {
    List<X509Certificate> chain = new ArrayList<>();
    for (byte[] certificate : session.map(SavedSession::peerChain).orElse(List.of())) {
      chain.add(X509.read(certificate));
    }
    peer = chain;
  }

  List<byte[]> peerChain() {
    List<byte[]> chain = new ArrayList<>();
    for (X509Certificate certificate : peer) {
      try {
        chain.add(Credentials.encoded(certificate));
      } catch (IOException e) {
        throw new IllegalStateException("A certificate that was read has no encoding.", e);
      }
    }
    return chain;
  }

  LowLevelSession session(SecurityParameters parameters) {
    return conversation.engine().sessionOf(parameters, peer, responses);
  }
}
