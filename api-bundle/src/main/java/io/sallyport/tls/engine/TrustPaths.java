package io.sallyport.tls.engine;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Finds and validates paths from a leaf to a trust anchor (RFC 5280 section 6, by the JDK's PKIX
 * validator). The peer's certificates may come in any order; a certificate that is itself given as
 * authority ends a path. Thread-safe.
 */
final class TrustPaths {
  private static final int MAX_LENGTH = 10;

  /**
   * Signature checks and steps in one search: a hostile chain must not cost more than a good one.
   */
  private static final int MAX_ATTEMPTS = 16;

  private static final int MAX_STEPS = 100;

  private final Set<X509Certificate> anchorCertificates = new HashSet<>();
  private final Map<X500Principal, List<TrustAnchor>> bySubject = new HashMap<>();

  TrustPaths(List<TrustAnchor> anchors) {
    for (TrustAnchor anchor : anchors) {
      X509Certificate certificate = anchor.getTrustedCert();
      X500Principal name =
          certificate == null ? anchor.getCA() : certificate.getSubjectX500Principal();
      if (certificate == null || anchorCertificates.add(certificate)) {
        bySubject.computeIfAbsent(name, same -> new ArrayList<>()).add(anchor);
      }
    }
  }

  /**
   * The certificates from the leaf up to below the anchor.
   *
   * @param chain as the peer sent it, leaf first
   * @param now when the path must be valid; where no certificate of it is valid at that time, dates
   *     are left to the caller
   * @param status what the peer says of the leaf's revocation
   * @throws CertPathValidatorException why the most promising path failed
   */
  List<X509Certificate> find(List<X509Certificate> chain, Instant now, RevocationCheck status)
      throws CertPathValidatorException {
    Search search = new Search(chain, now, status);
    List<X509Certificate> path = new ArrayList<>();
    path.add(chain.get(0));
    if (search.extend(path)) {
      return path;
    }
    throw search.failure();
  }

  private final class Search {
    private final List<X509Certificate> sent;
    private final Instant now;
    private final RevocationCheck status;
    private int attempts;
    private int steps;
    private @Nullable CertPathValidatorException failure;

    Search(List<X509Certificate> sent, Instant now, RevocationCheck status) {
      this.sent = sent;
      this.now = now;
      this.status = status;
    }

    boolean extend(List<X509Certificate> path) {
      X509Certificate last = path.get(path.size() - 1);
      if (anchorCertificates.contains(last)) {
        return validates(path.subList(0, path.size() - 1), new TrustAnchor(last, null));
      }
      X500Principal issuer = last.getIssuerX500Principal();
      for (TrustAnchor anchor : bySubject.getOrDefault(issuer, List.of())) {
        if (validates(path, anchor)) {
          return true;
        }
      }
      if (path.size() >= MAX_LENGTH || ++steps > MAX_STEPS) {
        return false;
      }
      for (X509Certificate candidate : sent) {
        if (candidate.getSubjectX500Principal().equals(issuer) && !path.contains(candidate)) {
          path.add(candidate);
          if (extend(path)) {
            return true;
          }
          path.remove(path.size() - 1);
        }
      }
      return false;
    }

    CertPathValidatorException failure() {
      return failure != null
          ? failure
          : new CertPathValidatorException(
              "No path from the certificate to a trusted authority.",
              null,
              null,
              -1,
              java.security.cert.PKIXReason.NO_TRUST_ANCHOR);
    }

    private boolean validates(List<X509Certificate> path, TrustAnchor anchor) {
      if (path.isEmpty()) {
        return true; // Trusted as it is.
      }
      if (++attempts > MAX_ATTEMPTS) {
        return false;
      }
      try {
        PKIXParameters parameters = new PKIXParameters(Set.of(anchor));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(momentOf(path)));
        CertPath certPath = CertificateFactory.getInstance("X.509").generateCertPath(path);
        CertPathValidator validator = CertPathValidator.getInstance("PKIX");
        Object unused = validator.validate(certPath, parameters);
        Optional<PKIXRevocationChecker> checker = status.checker(path.get(0));
        if (checker.isPresent()) {
          parameters.addCertPathChecker(checker.get());
          checkRevocation(validator, certPath, parameters);
        }
        return true;
      } catch (CertPathValidatorException e) {
        failure = e;
        return false;
      } catch (GeneralSecurityException e) {
        failure = new CertPathValidatorException(e.getMessage(), e);
        return false;
      }
    }

    /** What is wrong now is the response, or what it says. */
    private static void checkRevocation(
        CertPathValidator validator, CertPath path, PKIXParameters parameters)
        throws GeneralSecurityException {
      try {
        Object unused = validator.validate(path, parameters);
      } catch (CertPathValidatorException e) {
        if (e.getReason() == BasicReason.REVOKED) {
          throw e;
        }
        throw new CertPathValidatorException(
            e.getMessage(), e, null, -1, BasicReason.UNDETERMINED_REVOCATION_STATUS);
      }
    }

    /** A time at which the whole path is valid, so that dates do not hide other faults. */
    private Instant momentOf(List<X509Certificate> path) {
      Instant from = Instant.MIN;
      Instant to = Instant.MAX;
      for (X509Certificate certificate : path) {
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        from = begin.isAfter(from) ? begin : from;
        to = end.isBefore(to) ? end : to;
      }
      if (now.isBefore(from)) {
        return from;
      }
      return now.isAfter(to) ? to : now;
    }
  }
}
