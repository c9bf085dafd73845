package io.sallyport.itest;

import java.util.ArrayList;
import java.util.List;

/** The line of least squares through measured values. */
final class Trend {
  private final List<double[]> points = new ArrayList<>();

  void add(double x, double y) {
    points.add(new double[] {x, y});
  }

  /** By how much y grows when x grows by one. */
  double slope() {
    double meanX = points.stream().mapToDouble(point -> point[0]).average().orElseThrow();
    double meanY = points.stream().mapToDouble(point -> point[1]).average().orElseThrow();
    double covariance = 0;
    double variance = 0;
    for (double[] point : points) {
      covariance += (point[0] - meanX) * (point[1] - meanY);
      variance += (point[0] - meanX) * (point[0] - meanX);
    }
    return covariance / variance;
  }
}
