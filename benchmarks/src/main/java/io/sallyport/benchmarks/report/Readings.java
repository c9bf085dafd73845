package io.sallyport.benchmarks.report;

import io.sallyport.benchmarks.stats.Summary;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All readings of a run: what was measured, and apart from it what was seen while warming up.
 * Confined to one thread.
 */
public final class Readings {

  private final Map<String, Map<Metric, List<Double>>> measured = new LinkedHashMap<>();
  private final Map<String, Map<Metric, List<Double>>> warmUp = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  /** Adds a reading that counts. */
  public void measured(String subject, Metric metric, double value) {
    add(measured, subject, metric, value);
  }

  /** Adds a reading that was taken while the subject was warming up. */
  public void warmUp(String subject, Metric metric, double value) {
    add(warmUp, subject, metric, value);
  }

  /** Adds a sentence about something that went wrong. */
  public void problem(String sentence) {
    problems.add(sentence);
  }

  private static void add(
      Map<String, Map<Metric, List<Double>>> to, String subject, Metric metric, double value) {
    to.computeIfAbsent(subject, name -> new EnumMap<>(Metric.class))
        .computeIfAbsent(metric, name -> new ArrayList<>())
        .add(value);
  }

  /** The readings that count, in the order of the rounds; empty if there are none. */
  public List<Double> measured(String subject, Metric metric) {
    return measured.getOrDefault(subject, Map.of()).getOrDefault(metric, List.of());
  }

  /** The readings of the warm-up, in the order of the rounds; empty if there are none. */
  public List<Double> warmUp(String subject, Metric metric) {
    return warmUp.getOrDefault(subject, Map.of()).getOrDefault(metric, List.of());
  }

  /** What went wrong, in the order of its happening. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /** Median and range of one subject; empty if it was not measured. */
  public Optional<Summary> summary(String subject, Metric metric) {
    List<Double> readings = measured(subject, metric);
    return readings.isEmpty() ? Optional.empty() : Optional.of(Summary.of(readings));
  }

  /**
   * One subject as a multiple of another, round by round; empty if one of them was not measured in
   * all of the other's rounds.
   */
  public Optional<Summary> ratio(String subject, String reference, Metric metric) {
    List<Double> readings = measured(subject, metric);
    List<Double> references = measured(reference, metric);
    return readings.isEmpty() || readings.size() != references.size()
        ? Optional.empty()
        : Optional.of(Summary.ofRatios(readings, references));
  }
}
