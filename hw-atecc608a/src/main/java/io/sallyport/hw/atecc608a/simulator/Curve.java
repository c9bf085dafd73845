package io.sallyport.hw.atecc608a.simulator;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.KeyAgreement;

/** P-256 by the platform, with the chip's bytes: scalars of 32, points as X and Y. */
final class Curve {
  static final int LENGTH = 32;
  private static final String SIGNATURE = "NONEwithECDSAinP1363Format";

  private final ECParameterSpec parameters;

  Curve() {
    try {
      AlgorithmParameters p256 = AlgorithmParameters.getInstance("EC");
      p256.init(new ECGenParameterSpec("secp256r1"));
      this.parameters = p256.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  private static IllegalStateException missing(GeneralSecurityException e) {
    return new IllegalStateException("This Java platform lacks ECDSA on P-256.", e);
  }

  /** A new private key and its public half. */
  byte[][] generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(parameters);
      KeyPair pair = generator.generateKeyPair();
      return new byte[][] {
        bytes(((ECPrivateKey) pair.getPrivate()).getS()),
        point(((ECPublicKey) pair.getPublic()).getW())
      };
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  /** The public half of a private key: the generator's multiple. */
  byte[] publicKey(byte[] key) {
    BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
    ECPoint sum = ECPoint.POINT_INFINITY;
    BigInteger scalar = new BigInteger(1, key);
    for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
      sum = add(sum, sum, p);
      if (scalar.testBit(bit)) {
        sum = add(sum, parameters.getGenerator(), p);
      }
    }
    return point(sum);
  }

  private ECPoint add(ECPoint a, ECPoint b, BigInteger p) {
    if (a.equals(ECPoint.POINT_INFINITY)) {
      return b;
    }
    if (b.equals(ECPoint.POINT_INFINITY)) {
      return a;
    }
    BigInteger slope;
    if (a.equals(b)) {
      slope =
          a.getAffineX()
              .pow(2)
              .multiply(BigInteger.valueOf(3))
              .add(parameters.getCurve().getA())
              .multiply(a.getAffineY().shiftLeft(1).modInverse(p));
    } else if (a.getAffineX().equals(b.getAffineX())) {
      return ECPoint.POINT_INFINITY;
    } else {
      slope =
          b.getAffineY()
              .subtract(a.getAffineY())
              .multiply(b.getAffineX().subtract(a.getAffineX()).modInverse(p));
    }
    BigInteger x = slope.pow(2).subtract(a.getAffineX()).subtract(b.getAffineX()).mod(p);
    BigInteger y = slope.multiply(a.getAffineX().subtract(x)).subtract(a.getAffineY()).mod(p);
    return new ECPoint(x, y);
  }

  byte[] sign(byte[] key, byte[] digest) {
    try {
      Signature signature = Signature.getInstance(SIGNATURE);
      signature.initSign(privateKey(key));
      signature.update(digest);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  /** Empty when the point is not on the curve. */
  Optional<Boolean> verify(byte[] point, byte[] digest, byte[] signed) {
    Optional<PublicKey> key = publicPoint(point);
    if (key.isEmpty()) {
      return Optional.empty();
    }
    try {
      Signature signature = Signature.getInstance(SIGNATURE);
      signature.initVerify(key.get());
      signature.update(digest);
      return Optional.of(signature.verify(signed));
    } catch (GeneralSecurityException e) {
      return Optional.of(false); // A number that cannot be part of a signature.
    }
  }

  /** The X of the common point; empty when the other's point is not on the curve. */
  Optional<byte[]> agree(byte[] key, byte[] point) {
    Optional<PublicKey> other = publicPoint(point);
    if (other.isEmpty()) {
      return Optional.empty();
    }
    try {
      KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
      agreement.init(privateKey(key));
      agreement.doPhase(other.get(), true);
      return Optional.of(agreement.generateSecret());
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  private PrivateKey privateKey(byte[] key) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC")
        .generatePrivate(new ECPrivateKeySpec(new BigInteger(1, key), parameters));
  }

  /** Whether X and Y are a point of the curve. */
  boolean isPoint(byte[] point) {
    return publicPoint(point).isPresent();
  }

  /** How many points there are. */
  BigInteger order() {
    return parameters.getOrder();
  }

  private Optional<PublicKey> publicPoint(byte[] point) {
    BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
    BigInteger x = new BigInteger(1, Arrays.copyOf(point, LENGTH));
    BigInteger y = new BigInteger(1, Arrays.copyOfRange(point, LENGTH, 2 * LENGTH));
    BigInteger right =
        x.pow(3)
            .add(parameters.getCurve().getA().multiply(x))
            .add(parameters.getCurve().getB())
            .mod(p);
    if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0 || !y.pow(2).mod(p).equals(right)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          KeyFactory.getInstance("EC")
              .generatePublic(new ECPublicKeySpec(new ECPoint(x, y), parameters)));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static byte[] point(ECPoint point) {
    byte[] bytes = Arrays.copyOf(bytes(point.getAffineX()), 2 * LENGTH);
    System.arraycopy(bytes(point.getAffineY()), 0, bytes, LENGTH, LENGTH);
    return bytes;
  }

  private static byte[] bytes(BigInteger number) {
    byte[] signed = number.toByteArray();
    byte[] bytes = new byte[LENGTH];
    int used = Math.min(signed.length, LENGTH);
    System.arraycopy(signed, signed.length - used, bytes, LENGTH - used, used);
    return bytes;
  }
}
