package io.sallyport.tls.engine;

import io.sallyport.tls.Revocation;
import io.sallyport.tls.VerificationFlag;
import io.sallyport.tls.names.ServerIdentity;
import io.sallyport.tls.stack.Role;
import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the peer's certificate, in the same way on every stack, and says everything that is
 * wrong with it at once. Thread-safe.
 */
final class PeerVerifier extends X509ExtendedTrustManager {
  private final List<X509Certificate> issuers;
  private final TrustPaths paths;
  private final Function<String, Optional<String>> expectedName;
  private final Revocation revocation;
  private final InstantSource clock;

  /**
   * Verifies by authorities.
   *
   * @param anchors the authorities
   * @param expectedName from the host of a connection to the name to verify; empty for no check.
   *     Not asked for clients' certificates
   * @param revocation whether servers' certificates are checked for revocation
   */
  PeerVerifier(
      List<TrustAnchor> anchors,
      Function<String, Optional<String>> expectedName,
      Revocation revocation,
      InstantSource clock) {
    this.issuers =
        anchors.stream().map(TrustAnchor::getTrustedCert).filter(Objects::nonNull).toList();
    this.paths = new TrustPaths(anchors);
    this.expectedName = expectedName;
    this.revocation = revocation;
    this.clock = clock;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    String host = engine.getPeerHost();
    verify(
        chain,
        authType,
        Role.SERVER,
        expectedName.apply(host == null ? "" : host),
        RevocationCheck.of(revocation, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    verify(chain, authType, Role.CLIENT, Optional.empty(), RevocationCheck.NONE);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return issuers.toArray(new X509Certificate[0]);
  }

  void verify(
      X509Certificate[] sent,
      String authType,
      Role peer,
      Optional<String> name,
      RevocationCheck status)
      throws VerificationException {
    Set<VerificationFlag> flags = EnumSet.noneOf(VerificationFlag.class);
    if (sent == null || sent.length == 0) {
      flags.add(VerificationFlag.MISSING);
      throw new VerificationException(flags, MissingCertificate.sentence(peer), null);
    }
    List<X509Certificate> chain = List.of(sent);
    X509Certificate leaf = chain.get(0);
    Instant now = clock.instant();
    CertPathValidatorException failure = null;
    try {
      for (X509Certificate certificate : paths.find(chain, now, status)) {
        CertificateChecks.validity(certificate, now, flags);
        CertificateChecks.strength(certificate, flags);
      }
    } catch (CertPathValidatorException e) {
      failure = e;
      CertificateChecks.validity(leaf, now, flags);
      CertificateChecks.strength(leaf, flags);
      addReason(e, flags);
    }
    if (status.missing()) {
      flags.add(VerificationFlag.NO_REVOCATION_STATUS);
    }
    CertificateChecks.usage(leaf, peer, authType, flags);
    if (name.isPresent() && !ServerIdentity.of(leaf).matches(name.get())) {
      flags.add(VerificationFlag.NAME_MISMATCH);
    }
    if (!flags.isEmpty()) {
      throw new VerificationException(
          flags, sentence(leaf, peer, name, flags), alertReason(flags, failure));
    }
  }

  private static void addReason(CertPathValidatorException e, Set<VerificationFlag> flags) {
    CertPathValidatorException.Reason reason = e.getReason();
    if (reason == BasicReason.ALGORITHM_CONSTRAINED) {
      if (!flags.contains(VerificationFlag.WEAK_KEY)) {
        flags.add(VerificationFlag.WEAK_SIGNATURE);
      }
    } else if (reason == BasicReason.EXPIRED) {
      flags.add(VerificationFlag.EXPIRED);
    } else if (reason == BasicReason.NOT_YET_VALID) {
      flags.add(VerificationFlag.NOT_YET_VALID);
    } else if (reason == BasicReason.REVOKED) {
      flags.add(VerificationFlag.REVOKED);
    } else if (reason == BasicReason.UNDETERMINED_REVOCATION_STATUS) {
      flags.add(VerificationFlag.NO_REVOCATION_STATUS);
    } else if (reason == PKIXReason.UNRECOGNIZED_CRIT_EXT) {
      flags.add(VerificationFlag.OTHER);
    } else {
      flags.add(VerificationFlag.NOT_TRUSTED);
    }
  }

  /** What an engine turns into the alert for the peer. */
  private static CertPathValidatorException alertReason(
      Set<VerificationFlag> flags, @Nullable CertPathValidatorException failure) {
    if (flags.contains(VerificationFlag.EXPIRED)) {
      return new CertPathValidatorException(
          "validity check failed", failure, null, -1, BasicReason.EXPIRED);
    }
    return failure != null
        ? failure
        : new CertPathValidatorException(
            flags.iterator().next().sentence(), null, null, -1, BasicReason.UNSPECIFIED);
  }

  private static String sentence(
      X509Certificate leaf, Role peer, Optional<String> name, Set<VerificationFlag> flags) {
    StringBuilder text = new StringBuilder(200);
    text.append(peer == Role.SERVER ? "The server's" : "The client's")
        .append(" certificate '")
        .append(leaf.getSubjectX500Principal().getName())
        .append("' was refused: ")
        .append(
            flags.stream().map(VerificationFlag::sentence).collect(Collectors.joining(", and ")));
    if (flags.contains(VerificationFlag.NAME_MISMATCH)) {
      text.append("; expected ")
          .append(name.orElse(""))
          .append(", the certificate is for ")
          .append(ServerIdentity.of(leaf).describe());
    }
    if (flags.contains(VerificationFlag.EXPIRED)
        || flags.contains(VerificationFlag.NOT_YET_VALID)) {
      text.append("; it is valid from ")
          .append(leaf.getNotBefore().toInstant())
          .append(" to ")
          .append(leaf.getNotAfter().toInstant());
    }
    if (flags.contains(VerificationFlag.NOT_TRUSTED)) {
      text.append("; its issuer is '")
          .append(leaf.getIssuerX500Principal().getName())
          .append("', give that authority's certificate if it is to be trusted");
    }
    return text.append('.').toString();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw withoutEngine();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw withoutEngine();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw withoutEngine();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw withoutEngine();
  }

  private static CertificateException withoutEngine() {
    return new CertificateException(
        "The peer cannot be verified without its engine, because the name would go unchecked.");
  }
}
