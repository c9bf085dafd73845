package io.sallyport.tls.stack;

import io.sallyport.tls.CipherSuite;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.Identity;
import io.sallyport.tls.NamedGroup;
import io.sallyport.tls.Peer;
import io.sallyport.tls.PreSharedKey;
import io.sallyport.tls.Trust;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.TrustAnchor;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * The fingerprint that ties a session to all that its server was verified by: authorities, own
 * certificate, host, name and protocol settings. A session resumes without a new verification, so
 * it must not resume where one could come out differently.
 */
public final class SessionBinding {
  private SessionBinding() {}

  /**
   * Computes it.
   *
   * @param config the client's configuration
   * @param anchors the roots that its trust stands for now
   * @param peer the server
   * @return 32 bytes, SHA-256
   */
  public static byte[] of(ClientConfig config, Collection<TrustAnchor> anchors, Peer peer) {
    MessageDigest digest = sha256();
    text(digest, peer.host().toLowerCase(Locale.ROOT));
    text(digest, config.nameToVerify(peer.host()).orElse(""));
    text(digest, config.trust().getClass().getSimpleName());
    text(digest, config.revocation().name());
    text(digest, config.version().name());
    config.alpn().forEach(protocol -> text(digest, protocol));
    text(digest, "suites");
    config.cipherSuites().stream().map(CipherSuite::name).forEach(name -> text(digest, name));
    text(digest, "groups");
    config.groups().stream().map(NamedGroup::name).forEach(name -> text(digest, name));
    text(digest, "identity");
    config.identity().map(Identity::certificate).ifPresent(own -> bytes(digest, encoded(own)));
    if (config.trust() instanceof Trust.PreShared preShared) {
      text(digest, "keys");
      preShared.keys().stream().map(PreSharedKey::identity).forEach(name -> text(digest, name));
    }
    text(digest, "anchors");
    List<byte[]> roots = anchors.stream().map(SessionBinding::fingerprint).toList();
    roots.stream().sorted(Arrays::compareUnsigned).forEach(root -> bytes(digest, root));
    return digest.digest();
  }

  private static byte[] fingerprint(TrustAnchor anchor) {
    MessageDigest digest = sha256();
    if (anchor.getTrustedCert() != null) {
      bytes(digest, encoded(anchor.getTrustedCert()));
    } else {
      PublicKey key = anchor.getCAPublicKey();
      bytes(digest, anchor.getCA().getEncoded());
      bytes(digest, key.getEncoded());
    }
    return digest.digest();
  }

  private static byte[] encoded(java.security.cert.X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("A certificate that was read has no encoding.", e);
    }
  }

  private static void text(MessageDigest digest, String text) {
    bytes(digest, text.getBytes(StandardCharsets.UTF_8));
  }

  /** With its length, so that no two lists of values look alike. */
  private static void bytes(MessageDigest digest, byte[] bytes) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
