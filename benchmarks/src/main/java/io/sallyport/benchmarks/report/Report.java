package io.sallyport.benchmarks.report;

import io.sallyport.benchmarks.stats.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes the readings of a run as Markdown tables. */
public final class Report {

  private static final List<String> REFERENCES = List.of("nginx", "bare");

  private final List<String> subjects;
  private final Readings readings;

  /**
   * Describes the report.
   *
   * @param subjects in the order of the columns
   */
  public Report(List<String> subjects, Readings readings) {
    this.subjects = List.copyOf(subjects);
    this.readings = readings;
  }

  /** The whole report, without a heading. */
  public String text() {
    return String.join("\n", measured(), ratios(), marks(), warmUp(), problems());
  }

  private String measured() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(header("median ± half the range", subjects));
    for (Metric metric : Metric.values()) {
      row(
          metric.title() + ", " + metric.unit(),
          subjects.stream().map(subject -> readings.summary(subject, metric)).toList(),
          rows);
    }
    return Table.markdown(rows);
  }

  private String ratios() {
    StringBuilder text = new StringBuilder();
    for (String reference : REFERENCES) {
      List<String> others =
          subjects.stream().filter(subject -> !subject.equals(reference)).toList();
      List<List<String>> rows = new ArrayList<>();
      rows.add(header("ratio to " + reference + ", by rounds", others));
      for (Metric metric : Metric.values()) {
        row(
            metric.title(),
            others.stream().map(subject -> readings.ratio(subject, reference, metric)).toList(),
            rows);
      }
      if (rows.size() > 1) {
        text.append(text.isEmpty() ? "" : "\n").append(Table.markdown(rows));
      }
    }
    return text.toString();
  }

  private static void row(String title, List<Optional<Summary>> cells, List<List<String>> rows) {
    if (cells.stream().anyMatch(Optional::isPresent)) {
      List<String> row = new ArrayList<>(List.of(title));
      cells.forEach(cell -> row.add(cell.map(Summary::text).orElse("–")));
      rows.add(row);
    }
  }

  private String marks() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("mark for the gateway on " + Marks.SUBJECT, "measured", "verdict"));
    for (Mark mark : Marks.ALL) {
      String value = mark.value(readings, Marks.SUBJECT).map(Summary::number).orElse("–");
      rows.add(List.of(mark.text(), value, mark.verdict(readings, Marks.SUBJECT).toString()));
    }
    return Table.markdown(rows);
  }

  private String warmUp() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("warm-up, slice by slice", "subject", "then measured"));
    for (Metric metric : Metric.values()) {
      for (String subject : subjects) {
        List<Double> curve = readings.warmUp(subject, metric);
        if (!curve.isEmpty()) {
          rows.add(
              List.of(
                  metric.title() + ": " + numbers(curve),
                  subject,
                  numbers(readings.measured(subject, metric))));
        }
      }
    }
    return rows.size() > 1 ? Table.markdown(rows) : "";
  }

  private static String numbers(List<Double> values) {
    return values.stream().map(Summary::number).collect(Collectors.joining(" "));
  }

  private String problems() {
    return readings.problems().isEmpty()
        ? "No connection failed.\n"
        : readings.problems().stream()
            .map(problem -> "- " + problem + "\n")
            .collect(Collectors.joining("", "Problems:\n\n", ""));
  }

  private static List<String> header(String first, List<String> others) {
    List<String> header = new ArrayList<>(List.of(first));
    header.addAll(others);
    return header;
  }
}
