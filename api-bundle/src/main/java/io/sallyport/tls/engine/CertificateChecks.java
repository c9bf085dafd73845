package io.sallyport.tls.engine;

import io.sallyport.tls.VerificationFlag;
import io.sallyport.tls.stack.Role;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.DSAKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Checks of single certificates that path validation leaves out or does not tell apart. */
final class CertificateChecks {
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final String ANY_USAGE = "2.5.29.37.0";
  private static final int DIGITAL_SIGNATURE = 0;
  private static final int KEY_ENCIPHERMENT = 2;
  private static final int MIN_RSA_BITS = 2048;
  private static final int MIN_EC_BITS = 256;

  private CertificateChecks() {}

  static void validity(X509Certificate certificate, Instant now, Set<VerificationFlag> flags) {
    if (now.isAfter(certificate.getNotAfter().toInstant())) {
      flags.add(VerificationFlag.EXPIRED);
    }
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      flags.add(VerificationFlag.NOT_YET_VALID);
    }
  }

  /** RFC 9325 section 4.5. */
  static void strength(X509Certificate certificate, Set<VerificationFlag> flags) {
    PublicKey key = certificate.getPublicKey();
    if (key instanceof RSAKey rsa) {
      if (rsa.getModulus().bitLength() < MIN_RSA_BITS) {
        flags.add(VerificationFlag.WEAK_KEY);
      }
    } else if (key instanceof ECKey ec) {
      if (ec.getParams().getOrder().bitLength() < MIN_EC_BITS) {
        flags.add(VerificationFlag.WEAK_KEY);
      }
    } else if (key instanceof DSAKey) {
      flags.add(VerificationFlag.BAD_KEY_ALGORITHM);
    }
    String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    if (algorithm.startsWith("MD") || algorithm.startsWith("SHA1")) {
      flags.add(VerificationFlag.WEAK_SIGNATURE);
    }
  }

  /**
   * keyUsage and extendedKeyUsage of a leaf, where it has them.
   *
   * @param peer the side that authenticates by the certificate
   * @param authType as in {@link javax.net.ssl.X509TrustManager}; "RSA" means that the key decrypts
   */
  static void usage(X509Certificate leaf, Role peer, String authType, Set<VerificationFlag> flags) {
    boolean[] usage = leaf.getKeyUsage();
    if (usage != null && !usage[DIGITAL_SIGNATURE]) {
      boolean decrypts = peer == Role.SERVER && authType.equals("RSA") && usage[KEY_ENCIPHERMENT];
      if (!decrypts) {
        flags.add(VerificationFlag.BAD_KEY_USAGE);
      }
    }
    try {
      List<String> extended = leaf.getExtendedKeyUsage();
      if (extended != null
          && !extended.contains(ANY_USAGE)
          && !extended.contains(peer == Role.SERVER ? SERVER_AUTH : CLIENT_AUTH)) {
        flags.add(VerificationFlag.BAD_EXTENDED_KEY_USAGE);
      }
    } catch (CertificateParsingException e) {
      flags.add(VerificationFlag.BAD_EXTENDED_KEY_USAGE);
    }
  }
}
