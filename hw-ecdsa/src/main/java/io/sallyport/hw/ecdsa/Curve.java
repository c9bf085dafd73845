package io.sallyport.hw.ecdsa;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A curve that the peripheral computes on. The numbers come from the Java platform. ESP-TLS: {@code
 * ecdsa_curve}. Immutable; there are only these two.
 */
public final class Curve {
  /** NIST P-256, with SHA-256. */
  public static final Curve P_256 =
      new Curve("P-256", "secp256r1", "SHA-256", 64, "2A8648CE3D030107");

  /** NIST P-384, with SHA-384. */
  public static final Curve P_384 = new Curve("P-384", "secp384r1", "SHA-384", 128, "2B81040022");

  private static final List<Curve> ALL = List.of(P_256, P_384);

  private final String label;
  private final String hash;
  private final int hashBlock;
  private final String objectIdentifier;
  private final ECParameterSpec parameters;
  private final Modulus field;
  private final Modulus order;
  private final Point[] comb;

  private Curve(String label, String name, String hash, int hashBlock, String objectIdentifier) {
    this.label = label;
    this.hash = hash;
    this.hashBlock = hashBlock;
    this.objectIdentifier = objectIdentifier;
    try {
      AlgorithmParameters platform = AlgorithmParameters.getInstance("EC");
      platform.init(new ECGenParameterSpec(name));
      this.parameters = platform.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java platform lacks the curve " + label + ".", e);
    }
    this.field = new Modulus(((ECFieldFp) parameters.getCurve().getField()).getP());
    this.order = new Modulus(parameters.getOrder());
    this.comb = Group.comb(this);
  }

  /**
   * The curve of this name.
   *
   * @param label "P-256" or "P-384"
   * @throws TlsException INVALID_ARG for any other
   */
  public static Curve of(String label) throws TlsException {
    for (Curve curve : ALL) {
      if (curve.label.equals(label)) {
        return curve;
      }
    }
    throw new TlsException(
        TlsErrorCode.INVALID_ARG,
        "The curve '" + label + "' is not one of P-256 and P-384; correct 'curve'.");
  }

  /** How many bytes a private key, r and s each have: 32 or 48. */
  public int length() {
    return order.length();
  }

  /** The hash that goes with the curve. */
  String hash() {
    return hash;
  }

  /** The block size of that hash, in bytes. */
  int hashBlock() {
    return hashBlock;
  }

  /** The curve's object identifier in DER, without tag and length (RFC 5480 section 2.1.1.1). */
  byte[] objectIdentifier() {
    return HexFormat.of().parseHex(objectIdentifier);
  }

  Modulus field() {
    return field;
  }

  Modulus order() {
    return order;
  }

  /** What {@link Group} multiplies the generator with; not to be changed. */
  Point[] comb() {
    return comb;
  }

  /** The constant b of the curve's equation, big-endian. */
  byte[] constant() {
    return bytes(parameters.getCurve().getB());
  }

  /** The generator's coordinates, big-endian: x, then y. */
  byte[] generator() {
    return bytes(parameters.getGenerator());
  }

  /** A public key's coordinates, big-endian: x, then y. */
  byte[] coordinates(ECPublicKey key) {
    return bytes(key.getW());
  }

  private byte[] bytes(ECPoint point) {
    byte[] both = Arrays.copyOf(bytes(point.getAffineX()), 2 * length());
    System.arraycopy(bytes(point.getAffineY()), 0, both, length(), length());
    return both;
  }

  private byte[] bytes(BigInteger number) {
    byte[] signed = number.toByteArray();
    byte[] exact = new byte[length()];
    int count = Math.min(signed.length, exact.length);
    System.arraycopy(signed, signed.length - count, exact, exact.length - count, count);
    return exact;
  }

  /** The public key with these coordinates, big-endian: x, then y. */
  ECPublicKey publicKey(byte[] coordinates) {
    ECPoint point =
        new ECPoint(
            new BigInteger(1, coordinates, 0, length()),
            new BigInteger(1, coordinates, length(), length()));
    try {
      return (ECPublicKey)
          KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, parameters));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java platform refuses a point of " + label + ".", e);
    }
  }

  /** Whether a key is on this curve. */
  boolean hasKey(ECPublicKey key) {
    return key.getParams().getCurve().equals(parameters.getCurve());
  }

  /** "P-256" or "P-384". */
  @Override
  public String toString() {
    return label;
  }
}
