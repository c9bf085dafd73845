package io.sallyport.testkit.pki;

import java.io.IOException;
import java.security.KeyPair;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.jcajce.JcaBasicOCSPRespBuilder;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

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

  /**
   * What this authority says of the revocation of a certificate that it issued (RFC 6960).
   *
   * @param revoked whether it was revoked an hour ago
   * @return an OCSP response in DER, good for a day
   */
  public byte[] ocspResponse(X509Certificate subject, boolean revoked) {
    Instant now = Instant.now();
    try {
      DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().build();
      DigestCalculator sha1 = digests.get(CertificateID.HASH_SHA1);
      CertificateID id =
          new CertificateID(
              sha1, new JcaX509CertificateHolder(certificate), subject.getSerialNumber());
      CertificateStatus status =
          revoked
              ? new RevokedStatus(Date.from(now.minusSeconds(3600)), CRLReason.keyCompromise)
              : CertificateStatus.GOOD;
      BasicOCSPResp response =
          new JcaBasicOCSPRespBuilder(certificate.getPublicKey(), sha1)
              .addResponse(
                  id, status, Date.from(now.minusSeconds(60)), Date.from(now.plusSeconds(86400)))
              .build(
                  new JcaContentSignerBuilder(signer.algorithm()).build(signer.pair().getPrivate()),
                  null,
                  Date.from(now));
      return new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, response).getEncoded();
    } catch (IOException
        | OCSPException
        | OperatorCreationException
        | CertificateEncodingException e) {
      throw new PkiException("An OCSP response could not be made.", e);
    }
  }

  /** The authority's own certificate. */
  public X509Certificate authorityCertificate() {
    return certificate;
  }
}
