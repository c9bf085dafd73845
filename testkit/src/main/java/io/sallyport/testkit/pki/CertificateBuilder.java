package io.sallyport.testkit.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Describes a certificate to be issued; not thread-safe. Begins with a valid P-256 server's. */
public final class CertificateBuilder {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SERIAL_BITS = 120;

  private final CertificateAuthority.Signer signer;
  private final Optional<X500Name> issuerName;
  private final List<X509Certificate> intermediates;
  private final List<GeneralName> names = new ArrayList<>();
  private final List<KeyPurposeId> purposes = new ArrayList<>();
  private String subject = "CN=localhost";
  private KeyType keyType = KeyType.EC_P256;
  private Optional<KeyPair> keyPair = Optional.empty();
  private Optional<String> signatureAlgorithm = Optional.empty();
  private Instant notBefore = Instant.now().minus(Duration.ofHours(1));
  private Instant notAfter = Instant.now().plus(Duration.ofDays(30));
  private int keyUsage = KeyUsage.digitalSignature;
  private boolean authority;

  /** Without an issuer's name the certificate is self-signed. */
  CertificateBuilder(
      CertificateAuthority.Signer signer,
      Optional<X500Name> issuerName,
      List<X509Certificate> intermediates) {
    this.signer = signer;
    this.issuerName = issuerName;
    this.intermediates = intermediates;
  }

  /** Sets the subject, such as "CN=gateway,O=Example". */
  public CertificateBuilder subject(String name) {
    subject = name;
    return this;
  }

  /** Adds DNS names to the subject alternative name. */
  public CertificateBuilder dns(String... dnsNames) {
    for (String name : dnsNames) {
      names.add(new GeneralName(GeneralName.dNSName, name));
    }
    return this;
  }

  /** Adds IP addresses to the subject alternative name. */
  public CertificateBuilder ip(String... addresses) {
    for (String address : addresses) {
      names.add(new GeneralName(GeneralName.iPAddress, address));
    }
    return this;
  }

  /** Sets the kind of key. */
  public CertificateBuilder key(KeyType type) {
    keyType = type;
    return this;
  }

  /** Uses a key pair that exists already, perhaps an opaque one. */
  public CertificateBuilder key(KeyPair pair) {
    keyPair = Optional.of(pair);
    return this;
  }

  /** Signs with this algorithm (JCA name) instead of the usual one of the issuer's key. */
  public CertificateBuilder signature(String algorithm) {
    signatureAlgorithm = Optional.of(algorithm);
    return this;
  }

  /** Sets the validity. */
  public CertificateBuilder valid(Instant from, Instant until) {
    notBefore = from;
    notAfter = until;
    return this;
  }

  /** Makes the validity end yesterday. */
  public CertificateBuilder expired() {
    return valid(Instant.now().minus(Duration.ofDays(30)), Instant.now().minus(Duration.ofDays(1)));
  }

  /** Makes the validity begin tomorrow. */
  public CertificateBuilder notYetValid() {
    return valid(Instant.now().plus(Duration.ofDays(1)), Instant.now().plus(Duration.ofDays(30)));
  }

  /** Restricts it to TLS clients by extendedKeyUsage. */
  public CertificateBuilder forClients() {
    purposes.add(KeyPurposeId.id_kp_clientAuth);
    return this;
  }

  /** Restricts it to TLS servers by extendedKeyUsage. */
  public CertificateBuilder forServers() {
    purposes.add(KeyPurposeId.id_kp_serverAuth);
    return this;
  }

  /** Sets the bits of keyUsage, see {@link KeyUsage}. */
  public CertificateBuilder keyUsage(int bits) {
    keyUsage = bits;
    return this;
  }

  CertificateBuilder authority() {
    authority = true;
    keyUsage = KeyUsage.keyCertSign | KeyUsage.cRLSign;
    return this;
  }

  /** Issues it. */
  public Issued issue() {
    KeyPair pair = keyPair.orElseGet(keyType::generate);
    List<X509Certificate> chain = new ArrayList<>();
    chain.add(sign(pair));
    chain.addAll(intermediates);
    return new Issued(chain, pair.getPrivate());
  }

  private X509Certificate sign(KeyPair pair) {
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              issuerName.orElse(new X500Name(subject)),
              new BigInteger(SERIAL_BITS, RANDOM).setBit(0),
              Date.from(notBefore),
              Date.from(notAfter),
              new X500Name(subject),
              pair.getPublic());
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          extensions.createSubjectKeyIdentifier(pair.getPublic()));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          extensions.createAuthorityKeyIdentifier(signer.pair().getPublic()));
      if (!names.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(names.toArray(new GeneralName[0])));
      }
      if (!purposes.isEmpty()) {
        builder.addExtension(
            Extension.extendedKeyUsage,
            false,
            new ExtendedKeyUsage(purposes.toArray(new KeyPurposeId[0])));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder(signatureAlgorithm.orElse(signer.algorithm()))
                      .build(signer.pair().getPrivate())));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new PkiException("The certificate of " + subject + " could not be made.", e);
    }
  }
}
