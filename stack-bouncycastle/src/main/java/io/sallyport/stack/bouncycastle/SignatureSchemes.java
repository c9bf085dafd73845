package io.sallyport.stack.bouncycastle;

import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Vector;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;

/** The signature schemes that are used, most preferred first; none with SHA-1. */
@SuppressWarnings("JdkObsolete") // As old as the API.
final class SignatureSchemes {
  private static final List<Integer> ALL =
      List.of(
          SignatureScheme.ecdsa_secp256r1_sha256,
          SignatureScheme.ecdsa_secp384r1_sha384,
          SignatureScheme.ecdsa_secp521r1_sha512,
          SignatureScheme.ed25519,
          SignatureScheme.ed448,
          SignatureScheme.rsa_pss_rsae_sha256,
          SignatureScheme.rsa_pss_rsae_sha384,
          SignatureScheme.rsa_pss_rsae_sha512,
          SignatureScheme.rsa_pss_pss_sha256,
          SignatureScheme.rsa_pss_pss_sha384,
          SignatureScheme.rsa_pss_pss_sha512,
          SignatureScheme.rsa_pkcs1_sha256,
          SignatureScheme.rsa_pkcs1_sha384,
          SignatureScheme.rsa_pkcs1_sha512);

  private SignatureSchemes() {}

  /** All, in Bouncy Castle's form. */
  static Vector<SignatureAndHashAlgorithm> all() {
    Vector<SignatureAndHashAlgorithm> all = new Vector<>();
    ALL.forEach(scheme -> all.add(SignatureScheme.getSignatureAndHashAlgorithm(scheme)));
    return all;
  }

  /**
   * The first one that fits an own key and that the peer takes.
   *
   * @param offered what the peer takes
   * @param tls13 where a curve has one hash, and RSA is RSASSA-PSS (RFC 8446 section 4.2.3)
   */
  static Optional<SignatureAndHashAlgorithm> choose(
      PublicKey key, Iterable<?> offered, boolean tls13) {
    for (int scheme : ALL) {
      for (Object candidate : offered) {
        if (candidate instanceof SignatureAndHashAlgorithm algorithm
            && SignatureScheme.from(algorithm) == scheme
            && fits(scheme, key, tls13)) {
          return Optional.of(algorithm);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean fits(int scheme, PublicKey key, boolean tls13) {
    String name = SignatureScheme.getName(scheme);
    return switch (key.getAlgorithm()) {
      case "EC" -> SignatureScheme.isECDSA(scheme) && (!tls13 || name.contains(curve(key)));
      case "RSA" -> name.startsWith("rsa_pss_rsae") || (!tls13 && name.startsWith("rsa_pkcs1"));
      case "RSASSA-PSS" -> name.startsWith("rsa_pss_pss") && name.endsWith(digest(key));
      case "EdDSA", "Ed25519", "Ed448" -> name.equals(edwardsCurve(key));
      default -> false;
    };
  }

  /** A key of RSASSA-PSS may be bound to one hash (RFC 8017 appendix A.2.3); empty if it is not. */
  private static String digest(PublicKey key) {
    return key instanceof RSAKey rsa && rsa.getParams() instanceof PSSParameterSpec pss
        ? pss.getDigestAlgorithm().replace("-", "").toLowerCase(Locale.ROOT)
        : "";
  }

  private static String edwardsCurve(PublicKey key) {
    return key instanceof EdECKey edwards
        ? edwards.getParams().getName().toLowerCase(Locale.ROOT)
        : key.getAlgorithm().toLowerCase(Locale.ROOT);
  }

  private static String curve(PublicKey key) {
    int bits = key instanceof ECKey ec ? ec.getParams().getOrder().bitLength() : 0;
    return "secp" + bits + "r1";
  }
}
