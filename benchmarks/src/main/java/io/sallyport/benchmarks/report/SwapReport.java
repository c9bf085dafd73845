package io.sallyport.benchmarks.report;

import io.sallyport.benchmarks.stats.Quantiles;
import io.sallyport.benchmarks.stats.Summary;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Compares the handshakes of phases with and without exchanges, stack by stack. Labels are {@code
 * ROUND/KIND/STACK}.
 */
public final class SwapReport {
  /** No exchange. */
  public static final String QUIET = "quiet";

  /** No exchange either: what differs from the other is noise. */
  public static final String AGAIN = "quiet-again";

  /** Exchanges by {@code tls:swap}. */
  public static final String SWAP = "swap";

  /** Exchanges by {@code tls:prepare}, and {@code tls:commit} later. */
  public static final String STAGED = "staged";

  private static final String WARM_UP = "warm-up";
  private static final String ALL = "all";
  private static final double MICROS = 1000;

  private final Map<String, int[]> samples;
  private final List<String> stacks;

  /**
   * Describes the report.
   *
   * @param samples microseconds by label
   * @param stacks in the order of the rows
   */
  public SwapReport(Map<String, int[]> samples, List<String> stacks) {
    this.samples = Map.copyOf(samples);
    this.stacks = List.copyOf(stacks);
  }

  /** Reads lines of a label and microseconds. */
  public static Map<String, int[]> read(Path file) throws IOException {
    Map<String, IntStream.Builder> found = new TreeMap<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int space = line.lastIndexOf(' ');
        found
            .computeIfAbsent(line.substring(0, space), unused -> IntStream.builder())
            .add(Integer.parseInt(line.substring(space + 1)));
      }
    }
    Map<String, int[]> arrays = new TreeMap<>();
    found.forEach((label, values) -> arrays.put(label, values.build().toArray()));
    return arrays;
  }

  /** All handshakes of all rounds, and the ratios of the single rounds, as two tables. */
  public String text() {
    return pooled() + "\n" + byRounds();
  }

  private String pooled() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "stack",
            "phase",
            "handshakes",
            "p50 ms",
            "p99 ms",
            "p99.9 ms",
            "p50 ratio",
            "p99 ratio",
            "p99.9 ratio"));
    for (String stack : stacksAndAll()) {
      int[] quiet = of(label -> counts(label) && is(label, QUIET, stack));
      for (String kind : List.of(QUIET, AGAIN, SWAP, STAGED)) {
        int[] values = of(label -> counts(label) && is(label, kind, stack));
        if (values.length > 0 && quiet.length > 0) {
          rows.add(row(stack, kind, Quantiles.of(values), Quantiles.of(quiet)));
        }
      }
    }
    return Table.markdown(rows);
  }

  private static List<String> row(String stack, String kind, Quantiles own, Quantiles quiet) {
    return List.of(
        stack,
        kind,
        Integer.toString(own.count()),
        number(own.p50() / MICROS),
        number(own.p99() / MICROS),
        number(own.p999() / MICROS),
        number(own.p50() / quiet.p50()),
        number(own.p99() / quiet.p99()),
        number(own.p999() / quiet.p999()));
  }

  private String byRounds() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("p99 to quiet, by rounds", AGAIN, SWAP, STAGED));
    for (String stack : stacksAndAll()) {
      rows.add(List.of(stack, ratio(stack, AGAIN), ratio(stack, SWAP), ratio(stack, STAGED)));
    }
    return Table.markdown(rows);
  }

  private String ratio(String stack, String kind) {
    List<Double> own = new ArrayList<>();
    List<Double> quiet = new ArrayList<>();
    for (String round : rounds()) {
      int[] mine = of(label -> label.startsWith(round + "/") && is(label, kind, stack));
      int[] reference = of(label -> label.startsWith(round + "/") && is(label, QUIET, stack));
      if (mine.length > 0 && reference.length > 0) {
        own.add(Quantiles.of(mine).p99());
        quiet.add(Quantiles.of(reference).p99());
      }
    }
    return own.isEmpty() ? "–" : Summary.ofRatios(own, quiet).text();
  }

  private List<String> stacksAndAll() {
    List<String> rows = new ArrayList<>(stacks);
    rows.add(ALL);
    return rows;
  }

  private List<String> rounds() {
    return samples.keySet().stream()
        .filter(SwapReport::counts)
        .map(label -> label.substring(0, label.indexOf('/')))
        .distinct()
        .sorted()
        .toList();
  }

  private static boolean counts(String label) {
    return label.contains("/") && !label.startsWith(WARM_UP);
  }

  private static boolean is(String label, String kind, String stack) {
    String[] parts = label.split("/", -1);
    return parts[1].equals(kind) && (stack.equals(ALL) || parts[2].equals(stack));
  }

  private int[] of(Predicate<String> which) {
    return samples.entrySet().stream()
        .filter(entry -> which.test(entry.getKey()))
        .flatMapToInt(entry -> Arrays.stream(entry.getValue()))
        .toArray();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
