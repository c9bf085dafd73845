package io.sallyport.testkit.pki;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;

/** Issues certificates. Immutable. */
public final class CertificateAuthority {
  /** What signs. */
  record Signer(KeyPair pair, String algorithm) {}

  private final X509Certificate certificate;
  private final Signer signer;
  private final List<X509Certificate> intermediates;

  private CertificateAuthority(
      X509Certificate certificate, Signer signer, List<X509Certificate> intermediates) {
    this.certificate = certificate;
    this.signer = signer;
    this.intermediates = List.copyOf(intermediates);
  }

  /** A root with a P-256 key. */
  public static CertificateAuthority root(String subject) {
    return root(subject, KeyType.EC_P256);
  }

  /** A root with a key of this type. */
  public static CertificateAuthority root(String subject, KeyType type) {
    KeyPair pair = type.generate();
    Signer signer = new Signer(pair, type.signatureAlgorithm());
    Issued issued =
        new CertificateBuilder(signer, Optional.empty(), List.of())
            .subject(subject)
            .key(pair)
            .authority()
            .issue();
    return new CertificateAuthority(issued.certificate(), signer, List.of());
  }

  /** An authority below this one. */
  public CertificateAuthority intermediate(String subject) {
    KeyPair pair = KeyType.EC_P256.generate();
    Issued issued = certificate().subject(subject).key(pair).authority().issue();
    List<X509Certificate> chain = new ArrayList<>();
    chain.add(issued.certificate());
    chain.addAll(intermediates);
    return new CertificateAuthority(
        issued.certificate(), new Signer(pair, KeyType.EC_P256.signatureAlgorithm()), chain);
  }

  /** Begins a certificate that this authority signs. */
  public CertificateBuilder certificate() {
    return new CertificateBuilder(
        signer,
        Optional.of(X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded())),
        intermediates);
  }

  /** The authority's own certificate. */
  public X509Certificate authorityCertificate() {
    return certificate;
  }
}
