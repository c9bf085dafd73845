package io.sallyport.benchmarks.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Median and range of some readings.
 *
 * @param count number of readings, at least one
 * @param median the middle reading, or the mean of the two in the middle
 * @param min smallest reading
 * @param max largest reading
 */
public record Summary(int count, double median, double min, double max) {

  /**
   * Summarises readings in any order.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Summary of(List<Double> readings) {
    if (readings.isEmpty()) {
      throw new IllegalArgumentException("No readings to summarise");
    }
    List<Double> sorted = readings.stream().sorted().toList();
    int count = sorted.size();
    double median = (sorted.get((count - 1) / 2) + sorted.get(count / 2)) / 2;
    return new Summary(count, median, sorted.get(0), sorted.get(count - 1));
  }

  /**
   * Summarises the ratios of readings that were taken in the same rounds, so that what disturbed a
   * whole round (another program, a change of the clock) cancels.
   *
   * @throws IllegalArgumentException if the lists differ in length or are empty
   */
  public static Summary ofRatios(List<Double> numerators, List<Double> denominators) {
    if (numerators.size() != denominators.size()) {
      throw new IllegalArgumentException(
          "Readings of different rounds: " + numerators.size() + " against " + denominators.size());
    }
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < numerators.size(); round++) {
      ratios.add(numerators.get(round) / denominators.get(round));
    }
    return of(ratios);
  }

  /** Half the range, as a percentage of the median. */
  public double spreadPercent() {
    return 100 * (max - min) / 2 / median;
  }

  /**
   * Median and spread with the digits that a reading of this size deserves, for instance {@code 612
   * ±3 %}.
   */
  public String text() {
    return number(median)
        + (count > 1 ? String.format(Locale.ROOT, " ±%.0f %%", spreadPercent()) : "");
  }

  /** A number with three significant digits or, from 100 on, without decimals. */
  public static String number(double value) {
    double size = Math.abs(value);
    return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
  }
}
