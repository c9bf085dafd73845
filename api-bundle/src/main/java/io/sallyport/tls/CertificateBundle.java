package io.sallyport.tls;

import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/**
 * Roots to verify by: certificates, or the names and keys that a file in the ESP x509 bundle format
 * has of them. ESP-TLS: {@code esp_crt_bundle}. Immutable; get it from {@link
 * Credentials#certificateBundle}.
 */
public final class CertificateBundle {
  private final List<TrustAnchor> anchors;

  private CertificateBundle(List<TrustAnchor> anchors) {
    this.anchors = anchors;
  }

  /** A bundle of certificates. */
  public static CertificateBundle ofCertificates(Collection<X509Certificate> roots) {
    return of(roots.stream().map(root -> new TrustAnchor(root, null)).toList());
  }

  /**
   * A bundle of anchors.
   *
   * @param anchors certificates, or names with keys; at least one, without name constraints
   */
  public static CertificateBundle of(Collection<TrustAnchor> anchors) {
    if (anchors.isEmpty()) {
      throw new IllegalArgumentException("A certificate bundle needs at least one root.");
    }
    return new CertificateBundle(List.copyOf(anchors));
  }

  /** The roots. */
  public List<TrustAnchor> anchors() {
    return anchors;
  }

  @Override
  public String toString() {
    return "a bundle of " + anchors.size() + (anchors.size() == 1 ? " root" : " roots");
  }
}
