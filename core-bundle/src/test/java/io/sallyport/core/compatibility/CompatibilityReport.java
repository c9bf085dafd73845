package io.sallyport.core.compatibility;

import static java.util.stream.Collectors.joining;

import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.Feature;
import io.sallyport.tls.stack.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes down which cells of the table held, and why the others are empty. Thread-safe. */
final class CompatibilityReport {
  private static final String BEGIN = "<!-- compatibility: written by the tests -->";
  private static final String END = "<!-- end of compatibility -->";
  private static final List<Column> COLUMNS =
      List.of(
          new Column(TlsVersion.TLS_1_2, Role.CLIENT),
          new Column(TlsVersion.TLS_1_2, Role.SERVER),
          new Column(TlsVersion.TLS_1_3, Role.CLIENT),
          new Column(TlsVersion.TLS_1_3, Role.SERVER));

  private final Map<String, Map<Feature, Map<Column, String>>> reasons = new LinkedHashMap<>();
  private final Map<String, String> libraries = new LinkedHashMap<>();

  private record Column(TlsVersion version, Role role) {
    @Override
    public String toString() {
      return number() + " " + role.name().toLowerCase(Locale.ROOT);
    }

    String number() {
      return version == TlsVersion.TLS_1_2 ? "1.2" : "1.3";
    }
  }

  /**
   * A cell of the table.
   *
   * @param reason why it does not work; empty where it was seen to work
   */
  synchronized void add(Feature feature, Scene scene, String reason) {
    String stack = scene.stack().name();
    libraries.put(
        stack,
        stack.equals("jsse")
            ? "Java " + Runtime.version().feature()
            : scene.stack().libraryVersion());
    reasons
        .computeIfAbsent(stack, name -> new TreeMap<>())
        .computeIfAbsent(feature, name -> new LinkedHashMap<>())
        .put(new Column(scene.version(), scene.role()), reason);
  }

  synchronized int cells() {
    return reasons.values().stream()
        .flatMap(rows -> rows.values().stream())
        .mapToInt(Map::size)
        .sum();
  }

  /** Writes docs/COMPATIBILITY.md and the README's part of it. */
  synchronized void write(Path root) throws IOException {
    Files.writeString(root.resolve("docs/COMPATIBILITY.md"), document());
    Path readme = root.resolve("README.md");
    String text = Files.readString(readme);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException("README.md has no place for the table: " + BEGIN + " … " + END);
    }
    Files.writeString(
        readme, text.substring(0, begin) + BEGIN + "\n" + summary() + "\n" + text.substring(end));
  }

  private String document() {
    StringBuilder text = new StringBuilder(8000);
    text.append("# What each stack can do\n\n")
        .append("Written by a test run (`CompatibilityTest`): a \"yes\" is a behaviour that was ")
        .append("seen to work against every other stack that can take part, a number points to ")
        .append("the reason why a stack cannot. What a stack cannot do it refuses with ")
        .append("`NOT_SUPPORTED`. \"–\" stands where the question makes no sense.\n");
    reasons.forEach(
        (stack, rows) -> {
          List<String> notes = new ArrayList<>();
          text.append("\n## ")
              .append(stack)
              .append(" (")
              .append(libraries.get(stack))
              .append(")\n\n| |")
              .append(COLUMNS.stream().map(c -> " TLS " + c + " |").collect(joining()))
              .append("\n|---|")
              .append("---|".repeat(COLUMNS.size()))
              .append('\n');
          rows.forEach(
              (feature, cells) ->
                  text.append("| ")
                      .append(feature.words())
                      .append(" |")
                      .append(
                          COLUMNS.stream()
                              .map(column -> " " + cell(cells.get(column), notes) + " |")
                              .collect(joining()))
                      .append('\n'));
          text.append('\n');
          for (int i = 0; i < notes.size(); i++) {
            text.append(i + 1).append(". ").append(notes.get(i)).append(".\n");
          }
        });
    return text.toString();
  }

  private static String cell(String reason, List<String> notes) {
    if (reason == null) {
      return "–";
    }
    if (reason.isEmpty()) {
      return "yes";
    }
    if (!notes.contains(reason)) {
      notes.add(reason);
    }
    return "no (" + (notes.indexOf(reason) + 1) + ")";
  }

  private String summary() {
    StringBuilder text = new StringBuilder(3000);
    text.append("| |")
        .append(
            reasons.keySet().stream()
                .map(stack -> " " + stack + " (" + libraries.get(stack) + ") |")
                .collect(joining()))
        .append("\n|---|")
        .append("---|".repeat(reasons.size()))
        .append('\n');
    for (Feature feature : Feature.values()) {
      if (reasons.values().stream().anyMatch(rows -> rows.containsKey(feature))) {
        text.append("| ")
            .append(feature.words())
            .append(" |")
            .append(
                reasons.values().stream()
                    .map(rows -> " " + inShort(rows.getOrDefault(feature, Map.of())) + " |")
                    .collect(joining()))
            .append('\n');
      }
    }
    return text.toString();
  }

  private static String inShort(Map<Column, String> cells) {
    List<Column> yes = COLUMNS.stream().filter(column -> "".equals(cells.get(column))).toList();
    if (yes.isEmpty()) {
      return "no";
    }
    if (yes.size() == cells.size()) {
      return "yes";
    }
    for (String number : List.of("1.2", "1.3")) {
      List<Column> ofVersion =
          cells.keySet().stream().filter(column -> column.number().equals(number)).toList();
      if (yes.size() == ofVersion.size() && yes.containsAll(ofVersion)) {
        return "TLS " + number;
      }
    }
    return yes.stream().map(Column::toString).collect(joining(", "));
  }
}
