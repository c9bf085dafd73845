package io.sallyport.benchmarks.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Formats rows of text as a Markdown table that is aligned for readers of the plain text, too. */
final class Table {

  private Table() {}

  /**
   * Formats a table.
   *
   * @param rows the first is the header; all of the same length
   */
  static String markdown(List<List<String>> rows) {
    int[] widths =
        IntStream.range(0, rows.get(0).size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    List<String> rule = IntStream.of(widths).mapToObj("-"::repeat).toList();
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < rows.size(); row++) {
      text.append(line(rows.get(row), widths));
      if (row == 0) {
        text.append(line(rule, widths));
      }
    }
    return text.toString();
  }

  private static String line(List<String> cells, int[] widths) {
    return IntStream.range(0, widths.length)
        .mapToObj(
            column -> cells.get(column) + " ".repeat(widths[column] - cells.get(column).length()))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }
}
