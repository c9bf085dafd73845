package io.sallyport.benchmarks.run;

import io.sallyport.benchmarks.proc.Bystanders;
import io.sallyport.benchmarks.proc.Helper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Cuts the load's handshakes into segments of a few seconds, each under a label of its own, and
 * notes how busy other programs were meanwhile. Confined to one thread.
 */
final class Segments {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final Helper driver;
  private final Bystanders bystanders;
  private final Map<String, Double> others = new HashMap<>();
  private String current = "";
  private int count;

  Segments(Helper driver, Bystanders bystanders) {
    this.driver = driver;
    this.bystanders = bystanders;
  }

  /** Ends the segment before, and begins one. */
  void begin(String kind) throws IOException, InterruptedException {
    change(kind + "/" + ++count);
  }

  /** Ends the segment; what follows is not measured. */
  void end() throws IOException, InterruptedException {
    change("");
  }

  private void change(String label) throws IOException, InterruptedException {
    driver.ask("label " + (label.isEmpty() ? "none" : label), DEADLINE);
    double cores = bystanders.cores();
    if (!current.isEmpty()) {
      others.put(current, cores);
    }
    current = label;
  }

  /** Writes one line for each segment: label, space, cores that other programs used. */
  void write(Path file) throws IOException {
    Files.write(
        file,
        others.entrySet().stream()
            .map(entry -> String.format(Locale.ROOT, "%s %.2f", entry.getKey(), entry.getValue()))
            .sorted()
            .toList());
  }

  /** The segments during which other programs used more cores than that. */
  Set<String> disturbed(double cores) {
    return others.entrySet().stream()
        .filter(entry -> entry.getValue() > cores)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }
}
