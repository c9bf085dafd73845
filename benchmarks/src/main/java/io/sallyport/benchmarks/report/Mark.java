package io.sallyport.benchmarks.report;

import io.sallyport.benchmarks.stats.Summary;
import java.util.Locale;
import java.util.Optional;

/**
 * A limit that a subject has to keep.
 *
 * @param metric what is compared
 * @param reference the subject to compare with; empty for an absolute limit
 * @param limit the largest value or ratio where lower is better, the smallest where higher is
 *     better
 */
public record Mark(Metric metric, Optional<String> reference, double limit) {

  /** How a mark came out. */
  public enum Verdict {
    MET("met"),
    NOT_MET("not met"),
    NOT_MEASURED("not measured");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** A limit for the ratio to another subject. */
  public static Mark ratio(Metric metric, String reference, double limit) {
    return new Mark(metric, Optional.of(reference), limit);
  }

  /** A limit in the metric's own unit. */
  public static Mark absolute(Metric metric, double limit) {
    return new Mark(metric, Optional.empty(), limit);
  }

  /** Compares the median with the limit. */
  public Verdict verdict(Readings readings, String subject) {
    return value(readings, subject)
        .map(value -> metric.better() == Metric.Better.LOWER ? value <= limit : value >= limit)
        .map(kept -> kept ? Verdict.MET : Verdict.NOT_MET)
        .orElse(Verdict.NOT_MEASURED);
  }

  /** The median that is compared with the limit; empty if it was not measured. */
  public Optional<Double> value(Readings readings, String subject) {
    return reference
        .map(other -> readings.ratio(subject, other, metric))
        .orElseGet(() -> readings.summary(subject, metric))
        .map(Summary::median);
  }

  /** The demand, for instance {@code full handshake ≤ 1.25 × nginx}. */
  public String text() {
    String sign = metric.better() == Metric.Better.LOWER ? "≤" : "≥";
    return reference
        .map(
            other ->
                String.format(Locale.ROOT, "%s %s %.2f × %s", metric.title(), sign, limit, other))
        .orElseGet(
            () ->
                String.format(
                    Locale.ROOT,
                    "%s %s %s %s",
                    metric.title(),
                    sign,
                    Summary.number(limit),
                    metric.unit()));
  }
}
