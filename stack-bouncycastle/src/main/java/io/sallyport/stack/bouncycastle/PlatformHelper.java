package io.sallyport.stack.bouncycastle;

import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import java.util.Locale;
import javax.crypto.KeyGenerator;
import org.bouncycastle.jcajce.util.DefaultJcaJceHelper;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Finds algorithms in the Java platform under the names that it has for them. ML-KEM is found in
 * Bouncy Castle's own provider where the platform has no {@code javax.crypto.KEM}; where it has,
 * Bouncy Castle's TLS uses that, and so needs the platform's keys. Thread-safe.
 */
class PlatformHelper extends DefaultJcaJceHelper {
  private static final String ML_KEM = "ML-KEM";
  private static final String BC_PSS_SUFFIX = "WITHRSAANDMGF1";
  private static final String PLATFORM_PSS = "RSASSA-PSS";
  private static final boolean PLATFORM_HAS_KEM = platformHasKem();

  /** Never registered; made when it is needed first. */
  private static final class Own {
    static final Provider PROVIDER = new BouncyCastleProvider();

    private Own() {}
  }

  /** Bouncy Castle's own provider. */
  static Provider own() {
    return Own.PROVIDER;
  }

  @Override
  public Signature createSignature(String algorithm) throws NoSuchAlgorithmException {
    return super.createSignature(signatureName(algorithm));
  }

  /** The platform's name; the digest is in the parameters, which Bouncy Castle always sets. */
  static String signatureName(String algorithm) {
    return algorithm.toUpperCase(Locale.ROOT).endsWith(BC_PSS_SUFFIX) ? PLATFORM_PSS : algorithm;
  }

  @Override
  public KeyPairGenerator createKeyPairGenerator(String algorithm) throws NoSuchAlgorithmException {
    return isMlKem(algorithm)
        ? KeyPairGenerator.getInstance(algorithm, own())
        : super.createKeyPairGenerator(algorithm);
  }

  @Override
  public KeyGenerator createKeyGenerator(String algorithm) throws NoSuchAlgorithmException {
    return isMlKem(algorithm)
        ? KeyGenerator.getInstance(algorithm, own())
        : super.createKeyGenerator(algorithm);
  }

  @Override
  public KeyFactory createKeyFactory(String algorithm) throws NoSuchAlgorithmException {
    return isMlKem(algorithm)
        ? KeyFactory.getInstance(algorithm, own())
        : super.createKeyFactory(algorithm);
  }

  private static boolean isMlKem(String algorithm) {
    return !PLATFORM_HAS_KEM && algorithm.startsWith(ML_KEM);
  }

  private static boolean platformHasKem() {
    try {
      Class.forName("javax.crypto.KEM", false, PlatformHelper.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
