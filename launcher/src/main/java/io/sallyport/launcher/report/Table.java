package io.sallyport.launcher.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Aligned columns, two blanks apart. Not thread-safe. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  /** Begins with the columns' heads. */
  public Table(String... heads) {
    rows.add(List.of(heads));
  }

  /** Adds a row with as many cells as there are heads. */
  public Table row(String... cells) {
    if (cells.length != rows.get(0).size()) {
      throw new IllegalArgumentException("A row needs " + rows.get(0).size() + " cells.");
    }
    rows.add(List.of(cells));
    return this;
  }

  /** The lines, without blanks at their ends. */
  public List<String> lines() {
    List<Integer> widths =
        IntStream.range(0, rows.get(0).size())
            .mapToObj(c -> rows.stream().mapToInt(row -> row.get(c).length()).max().orElse(0))
            .toList();
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, List<Integer> widths) {
    return IntStream.range(0, row.size())
        .mapToObj(c -> row.get(c) + " ".repeat(widths.get(c) - row.get(c).length()))
        .collect(Collectors.joining("  "))
        .stripTrailing();
  }

  @Override
  public String toString() {
    return String.join(System.lineSeparator(), lines());
  }
}
