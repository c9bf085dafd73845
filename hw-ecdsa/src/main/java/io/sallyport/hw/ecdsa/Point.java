package io.sallyport.hw.ecdsa;

/**
 * A point in projective coordinates: (X : Y : Z) is (X/Z, Y/Z), and (0 : Y : 0) is the neutral one.
 * Mutable; wiped with its arithmetic.
 */
final class Point {
  final int[] x;
  final int[] y;
  final int[] z;

  Point(Residues field) {
    this.x = field.zero();
    this.y = field.zero();
    this.z = field.zero();
  }

  /** Copies one of the points, looking at all of them, so that the time does not tell which. */
  void select(Point[] points, int index) {
    for (int limb = 0; limb < x.length; limb++) {
      int xs = 0;
      int ys = 0;
      int zs = 0;
      for (int i = 0; i < points.length; i++) {
        int difference = i ^ index;
        int same = ((difference | -difference) >> 31) ^ -1; // All ones for the wanted point.
        xs |= points[i].x[limb] & same;
        ys |= points[i].y[limb] & same;
        zs |= points[i].z[limb] & same;
      }
      x[limb] = xs;
      y[limb] = ys;
      z[limb] = zs;
    }
  }
}
