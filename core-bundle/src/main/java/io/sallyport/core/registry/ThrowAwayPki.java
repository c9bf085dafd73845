package io.sallyport.core.registry;

import io.sallyport.tls.Identity;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * An authority that lives in memory for some hours, and what it certifies, to prove stacks with.
 * Thread-safe.
 */
final class ThrowAwayPki {
  private static final X500Name AUTHORITY = new X500Name("CN=proof");
  private static final X500Name HERE = new X500Name("CN=localhost");
  private static final int RSA_BITS = 2048;

  /** Longer than it is used before and after it was made. */
  private static final Duration VALIDITY = Duration.ofDays(1);

  private static final Duration USE = Duration.ofHours(12);

  private final KeyPair authorityKey;
  private final X509Certificate authority;
  private final Identity server;
  private final InstantSource clock;
  private final Instant made;
  private @Nullable Identity rsaServer;

  private ThrowAwayPki(InstantSource clock)
      throws GeneralSecurityException, OperatorCreationException, IOException, TlsException {
    this.clock = clock;
    this.made = clock.instant();
    this.authorityKey = ecKey();
    this.authority = issue(AUTHORITY, authorityKey.getPublic(), true);
    KeyPair key = ecKey();
    this.server = Identity.of(List.of(issue(HERE, key.getPublic(), false)), key.getPrivate());
  }

  /** Makes one. */
  static ThrowAwayPki make(InstantSource clock) throws TlsException {
    try {
      return new ThrowAwayPki(clock);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw failed(e);
    }
  }

  private static KeyPair ecKey() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /** Whether its certificates are valid; also after a clock was set. */
  boolean isCurrent() {
    return Duration.between(made, clock.instant()).abs().compareTo(USE) < 0;
  }

  private X509Certificate issue(X500Name subject, PublicKey key, boolean isAuthority)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            AUTHORITY,
            BigInteger.valueOf(System.nanoTime()).abs().add(BigInteger.ONE),
            Date.from(made.minus(VALIDITY)),
            Date.from(made.plus(VALIDITY)),
            subject,
            key);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
    if (!isAuthority) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
    }
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(authorityKey.getPrivate())));
  }

  private static TlsException failed(Exception cause) {
    return new TlsException(
        TlsErrorCode.FAIL,
        "The Java platform cannot make the keys and certificates to prove stacks with.",
        cause);
  }

  /** What everything here is verified by. */
  X509Certificate authority() {
    return authority;
  }

  /** A server "localhost" with a P-256 key. */
  Identity server() {
    return server;
  }

  /** The same with an RSA key, for suites that want one; made when it is asked for first. */
  synchronized Identity rsaServer() throws TlsException {
    Identity known = rsaServer;
    if (known == null) {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(RSA_BITS);
        KeyPair key = generator.generateKeyPair();
        known = certify(key.getPublic(), key.getPrivate());
      } catch (GeneralSecurityException e) {
        throw failed(e);
      }
      rsaServer = known;
    }
    return known;
  }

  /** A certificate of this authority for somebody's own key. */
  Identity certify(PublicKey key, PrivateKey own) throws TlsException {
    try {
      return Identity.of(List.of(issue(HERE, key, false)), own);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw failed(e);
    }
  }
}
