package io.sallyport.hw.pkcs11;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;

/** The kinds of keys that are of use here: P-256, P-384, and RSA from 2048 to 4096 bits. */
final class KeyKinds {
  private static final int LEAST_BITS = 2048;
  private static final int MOST_BITS = 4096;

  private KeyKinds() {}

  static boolean areUsable(PublicKey key) {
    if (key instanceof RSAPublicKey rsa) {
      int bits = rsa.getModulus().bitLength();
      return bits >= LEAST_BITS && bits <= MOST_BITS;
    }
    return key instanceof ECPublicKey ec
        && (isOn(ec.getParams(), "secp256r1") || isOn(ec.getParams(), "secp384r1"));
  }

  private static boolean isOn(ECParameterSpec given, String name) {
    try {
      AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
      named.init(new ECGenParameterSpec(name));
      ECParameterSpec wanted = named.getParameterSpec(ECParameterSpec.class);
      return given.getCurve().equals(wanted.getCurve())
          && given.getGenerator().equals(wanted.getGenerator())
          && given.getOrder().equals(wanted.getOrder());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The Java platform does not know the curve " + name + ".", e);
    }
  }
}
