package io.sallyport.hw.atecc608a.driver;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;

/** The chip's points as keys of the platform. */
public final class Points {
  private static final int LENGTH = 32;

  private Points() {}

  /** X and Y, 32 bytes each. */
  public static ECPublicKey key(byte[] point) {
    try {
      AlgorithmParameters p256 = AlgorithmParameters.getInstance("EC");
      p256.init(new ECGenParameterSpec("secp256r1"));
      ECPoint w =
          new ECPoint(
              new BigInteger(1, Arrays.copyOf(point, LENGTH)),
              new BigInteger(1, Arrays.copyOfRange(point, LENGTH, 2 * LENGTH)));
      return (ECPublicKey)
          KeyFactory.getInstance("EC")
              .generatePublic(new ECPublicKeySpec(w, p256.getParameterSpec(ECParameterSpec.class)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java platform lacks keys on P-256.", e);
    }
  }

  /** X and Y, 32 bytes each. */
  public static byte[] bytes(ECPublicKey key) {
    // The point stands at the end of SubjectPublicKeyInfo.
    byte[] info = key.getEncoded();
    return Arrays.copyOfRange(info, info.length - 2 * LENGTH, info.length);
  }
}
