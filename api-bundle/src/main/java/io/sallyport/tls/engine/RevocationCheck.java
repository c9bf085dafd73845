package io.sallyport.tls.engine;

import io.sallyport.tls.Revocation;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathValidator;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;

/**
 * What a handshake says of the revocation of the server's certificate (RFC 6066 section 8). By the
 * JDK's OCSP code, with the response that was sent; nothing is fetched.
 *
 * @param wanted NONE where it is not looked at
 * @param response the OCSP response for the leaf, if one was sent
 */
record RevocationCheck(Revocation wanted, Optional<byte[]> response) {
  static final RevocationCheck NONE = new RevocationCheck(Revocation.NONE, Optional.empty());

  static RevocationCheck of(Revocation wanted, SSLEngine engine) {
    if (wanted == Revocation.NONE) {
      return NONE;
    }
    SSLSession session = engine.getHandshakeSession();
    if (session instanceof ExtendedSSLSession extended) {
      List<byte[]> responses = extended.getStatusResponses();
      if (!responses.isEmpty() && responses.get(0).length > 0) {
        return new RevocationCheck(wanted, Optional.of(responses.get(0).clone()));
      }
    }
    return new RevocationCheck(wanted, Optional.empty());
  }

  /** Whether a response is required and there is none. */
  boolean missing() {
    return wanted == Revocation.STAPLED_REQUIRED && response.isEmpty();
  }

  /** The check of the leaf, where there is something to check. */
  Optional<PKIXRevocationChecker> checker(X509Certificate leaf) throws NoSuchAlgorithmException {
    if (response.isEmpty()) {
      return Optional.empty();
    }
    PKIXRevocationChecker checker =
        (PKIXRevocationChecker) CertPathValidator.getInstance("PKIX").getRevocationChecker();
    checker.setOptions(
        EnumSet.of(
            PKIXRevocationChecker.Option.ONLY_END_ENTITY,
            PKIXRevocationChecker.Option.NO_FALLBACK));
    checker.setOcspResponses(Map.of(leaf, response.get()));
    return Optional.of(checker);
  }
}
