package io.sallyport.benchmarks.stats;

import java.util.Arrays;

/**
 * Quantiles of measured durations, by the nearest rank: each is a value that was measured.
 *
 * @param count how many there are
 * @param p50 the median
 * @param p99 all but one in a hundred are not longer
 * @param p999 all but one in a thousand are not longer
 */
public record Quantiles(int count, double p50, double p99, double p999) {

  /**
   * Sorts a copy and reads them off.
   *
   * @throws IllegalArgumentException if there is nothing
   */
  public static Quantiles of(int[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("There are no values.");
    }
    int[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Quantiles(sorted.length, at(sorted, 500), at(sorted, 990), at(sorted, 999));
  }

  private static double at(int[] sorted, int perMille) {
    long rank = ((long) sorted.length * perMille + 999) / 1000;
    return sorted[(int) rank - 1];
  }
}
