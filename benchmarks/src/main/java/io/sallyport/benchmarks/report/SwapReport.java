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
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Compares the handshakes of segments with and without exchanges, stack by stack. Labels are {@code
 * ROUND/KIND/STACK/NUMBER}, one for each segment. There is no sum over the stacks: their shares
 * differ where segments do not count.
 */
public final class SwapReport {
  /** No exchange. */
  public static final String QUIET = "quiet";

  /** No exchange either: what the two differ by is noise. Both are what the others compare with. */
  public static final String AGAIN = "quiet-again";

  /** Exchanges by {@code tls:swap}. */
  public static final String SWAP = "swap";

  /** Exchanges by {@code tls:prepare}, and {@code tls:commit} later. */
  public static final String STAGED = "staged";

  /** The round that does not count. */
  public static final String WARM_UP = "warm-up";

  private static final List<String> KINDS = List.of(QUIET, AGAIN, SWAP, STAGED);

  /** Parts of a segment, from its beginning: handshakes after an exchange. */
  private static final int FIRST = 5;

  private static final int EARLY = 20;

  /** One in so many at a segment's end: the proof of the next stack falls there. */
  private static final int LAST = 50;

  private static final double MICROS = 1000;

  private final Map<String, int[]> samples;
  private final Set<String> disturbed;
  private final List<String> stacks;

  /**
   * Describes the report.
   *
   * @param samples microseconds by label
   * @param disturbed labels that do not count
   * @param stacks in the order of the rows
   */
  public SwapReport(Map<String, int[]> samples, Set<String> disturbed, List<String> stacks) {
    this.samples = Map.copyOf(samples);
    this.disturbed = Set.copyOf(disturbed);
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

  /** All handshakes together, the median of the segments, and its parts, as three tables. */
  public String text() {
    return pooled() + "\n" + bySegments() + "\n" + byParts();
  }

  private String pooled() {
    return table(
        List.of("all handshakes", "phase", "handshakes"),
        kinds ->
            new Row(
                Integer.toString(kinds.stream().mapToInt(values -> values.length).sum()),
                Quantiles.of(kinds.stream().flatMapToInt(Arrays::stream).toArray())));
  }

  /** A disturbance of some seconds moves few of the segments, and not their median. */
  private String bySegments() {
    return table(
        List.of("median segment", "phase", "segments"),
        kinds -> {
          List<Quantiles> all = kinds.stream().map(Quantiles::of).toList();
          return new Row(
              Integer.toString(all.size()),
              new Quantiles(
                  all.size(),
                  median(all, Quantiles::p50),
                  median(all, Quantiles::p99),
                  median(all, Quantiles::p999)));
        });
  }

  private String byParts() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "p50 ms of a segment's handshakes",
            "phase",
            "1 to " + FIRST,
            FIRST + 1 + " to " + EARLY,
            "between",
            "last " + 100 / LAST + " %"));
    for (String stack : stacks) {
      for (String kind : KINDS) {
        List<int[]> segments = segments(kind, stack);
        if (!segments.isEmpty()) {
          rows.add(
              List.of(
                  stack,
                  kind,
                  median(segments, length -> 0, length -> FIRST),
                  median(segments, length -> FIRST, length -> EARLY),
                  median(segments, length -> EARLY, length -> length - length / LAST),
                  median(segments, length -> length - length / LAST, length -> length)));
        }
      }
    }
    return Table.markdown(rows);
  }

  private static String median(List<int[]> segments, IntUnaryOperator begin, IntUnaryOperator end) {
    int[] part =
        segments.stream()
            .flatMapToInt(
                values -> {
                  int to = Math.min(end.applyAsInt(values.length), values.length);
                  int from = Math.min(begin.applyAsInt(values.length), to);
                  return Arrays.stream(values, from, to);
                })
            .toArray();
    return part.length == 0 ? "" : number(Quantiles.of(part).p50() / MICROS);
  }

  private record Row(String count, Quantiles quantiles) {}

  private String table(List<String> heads, Function<List<int[]>, Row> make) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(heads);
    head.addAll(
        List.of(
            "left out", "p50 ms", "p99 ms", "p99.9 ms", "p50 ratio", "p99 ratio", "p99.9 ratio"));
    rows.add(head);
    for (String stack : stacks) {
      List<int[]> quiet = new ArrayList<>(segments(QUIET, stack));
      quiet.addAll(segments(AGAIN, stack));
      for (String kind : KINDS) {
        List<int[]> segments = segments(kind, stack);
        if (!segments.isEmpty() && !quiet.isEmpty()) {
          rows.add(row(stack, kind, make.apply(segments), make.apply(quiet).quantiles()));
        }
      }
    }
    return Table.markdown(rows);
  }

  private List<String> row(String stack, String kind, Row own, Quantiles quiet) {
    Quantiles values = own.quantiles();
    return List.of(
        stack,
        kind,
        own.count(),
        Long.toString(
            samples.keySet().stream()
                .filter(label -> is(label, kind, stack) && disturbed.contains(label))
                .count()),
        number(values.p50() / MICROS),
        number(values.p99() / MICROS),
        number(values.p999() / MICROS),
        number(values.p50() / quiet.p50()),
        number(values.p99() / quiet.p99()),
        number(values.p999() / quiet.p999()));
  }

  private static double median(List<Quantiles> of, ToDoubleFunction<Quantiles> which) {
    return Summary.of(of.stream().mapToDouble(which).boxed().toList()).median();
  }

  private List<int[]> segments(String kind, String stack) {
    return samples.entrySet().stream()
        .filter(entry -> is(entry.getKey(), kind, stack) && !disturbed.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static boolean is(String label, String kind, String stack) {
    String[] parts = label.split("/", -1);
    return parts.length > 2
        && !parts[0].equals(WARM_UP)
        && parts[1].equals(kind)
        && parts[2].equals(stack);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
