package io.sallyport.hw.ecdsa;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The points of a curve. Addition is by Renes, Costello and Batina's complete formulas for curves
 * with a = -3 (IACR ePrint 2015/1060, algorithm 4), which hold for equal and neutral points too, so
 * that there is nothing to branch on. Not thread-safe; wiped at the end.
 */
final class Group implements AutoCloseable {
  private static final int TEETH = 4;

  private final Curve curve;
  private final Residues field;
  private final int[] constant;
  private final Point chosen;
  private final int[] xx;
  private final int[] yy;
  private final int[] zz;
  private final int[] xy;
  private final int[] yz;
  private final int[] xz;
  private final int[] left;
  private final int[] right;
  private final int[] twice;

  Group(Curve curve) {
    this.curve = curve;
    this.field = new Residues(curve.field());
    this.constant = field.zero();
    field.read(constant, curve.constant());
    this.chosen = new Point(field);
    this.xx = field.zero();
    this.yy = field.zero();
    this.zz = field.zero();
    this.xy = field.zero();
    this.yz = field.zero();
    this.xz = field.zero();
    this.left = field.zero();
    this.right = field.zero();
    this.twice = field.zero();
  }

  /**
   * The sums of the generator's multiples by powers of two that lie a comb's tooth apart: Lim and
   * Lee's method with four teeth, so that a quarter of the scalar's bits is left to double for.
   */
  static Point[] comb(Curve curve) {
    Group group = new Group(curve); // Not closed: its points live on, and are public.
    Point[] comb = new Point[1 << TEETH];
    comb[0] = new Point(group.field);
    System.arraycopy(curve.field().one(), 0, comb[0].y, 0, comb[0].y.length);
    Point tooth = group.generator();
    for (int j = 0; j < TEETH; j++) {
      for (int i = 0; i < 1 << j; i++) {
        comb[i + (1 << j)] = new Point(group.field);
        group.add(comb[i + (1 << j)], comb[i], tooth);
      }
      for (int i = 0; i < spacing(curve); i++) {
        group.add(tooth, tooth, tooth);
      }
    }
    return comb;
  }

  private static int spacing(Curve curve) {
    return curve.length() * Byte.SIZE / TEETH;
  }

  private Point generator() {
    Point point = new Point(field);
    byte[] coordinates = curve.generator();
    field.read(point.x, Arrays.copyOf(coordinates, curve.length()));
    field.read(point.y, Arrays.copyOfRange(coordinates, curve.length(), coordinates.length));
    System.arraycopy(curve.field().one(), 0, point.z, 0, point.z.length);
    return point;
  }

  /**
   * Multiplies the generator.
   *
   * @param scalar big-endian, as long as the order
   * @param random blinds the coordinates
   */
  Point multiplyGenerator(byte[] scalar, SecureRandom random) {
    Point sum = new Point(field);
    blind(sum, random);
    int spacing = spacing(curve);
    for (int i = spacing - 1; i >= 0; i--) {
      add(sum, sum, sum);
      int index = 0;
      for (int j = 0; j < TEETH; j++) {
        index |= bit(scalar, i + j * spacing) << j;
      }
      chosen.select(curve.comb(), index);
      add(sum, sum, chosen);
    }
    return sum;
  }

  private static int bit(byte[] number, int index) {
    return number[number.length - 1 - index / Byte.SIZE] >>> (index % Byte.SIZE) & 1;
  }

  /** Makes a neutral point whose coordinates nobody can foresee. */
  private void blind(Point neutral, SecureRandom random) {
    byte[] factor = new byte[curve.length()];
    do {
      random.nextBytes(factor);
      field.read(neutral.y, factor);
    } while (field.isZero(neutral.y));
  }

  /** Adds; the result may be one of the points. */
  void add(Point result, Point a, Point b) {
    field.multiply(xx, a.x, b.x);
    field.multiply(yy, a.y, b.y);
    field.multiply(zz, a.z, b.z);
    cross(xy, a.x, a.y, b.x, b.y, xx, yy);
    cross(yz, a.y, a.z, b.y, b.z, yy, zz);
    cross(xz, a.x, a.z, b.x, b.z, xx, zz);

    // left = 3 (xz - b zz), so that the new coordinates are products with yy - left and yy + left.
    field.multiply(left, constant, zz);
    field.subtract(left, xz, left);
    triple(left, left);
    // right = 3 (b xz - 3 zz - xx)
    triple(zz, zz);
    field.multiply(right, constant, xz);
    field.subtract(right, right, zz);
    field.subtract(right, right, xx);
    triple(right, right);
    // xx = 3 (xx - zz)
    triple(xx, xx);
    field.subtract(xx, xx, zz);

    field.subtract(zz, yy, left);
    field.add(yy, yy, left);

    // X = xy (yy + left) - yz right
    field.multiply(left, xy, yy);
    field.multiply(xz, yz, right);
    field.subtract(result.x, left, xz);
    // Y = (yy + left) (yy - left) + xx right
    field.multiply(left, yy, zz);
    field.multiply(xz, xx, right);
    field.add(result.y, left, xz);
    // Z = yz (yy - left) + xy xx
    field.multiply(left, yz, zz);
    field.multiply(xz, xy, xx);
    field.add(result.z, left, xz);
  }

  /** The mixed terms a1 b2 + a2 b1, by one multiplication: their products are known already. */
  private void cross(
      int[] result, int[] a1, int[] a2, int[] b1, int[] b2, int[] product1, int[] product2) {
    field.add(left, a1, a2);
    field.add(right, b1, b2);
    field.multiply(result, left, right);
    field.subtract(result, result, product1);
    field.subtract(result, result, product2);
  }

  private void triple(int[] result, int[] number) {
    field.add(twice, number, number);
    field.add(result, twice, number);
  }

  /** The coordinates of a point that is not neutral, big-endian: x, then y. */
  byte[] coordinates(Point point) {
    byte[] half = new byte[curve.length()];
    byte[] both = new byte[2 * curve.length()];
    int[] inverse = field.zero();
    int[] affine = field.zero();
    field.invert(inverse, point.z);
    field.multiply(affine, point.x, inverse);
    field.write(half, affine);
    System.arraycopy(half, 0, both, 0, half.length);
    field.multiply(affine, point.y, inverse);
    field.write(half, affine);
    System.arraycopy(half, 0, both, half.length, half.length);
    return both;
  }

  @Override
  public void close() {
    field.close();
  }
}
