package io.sallyport.benchmarks.load;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Durations under labels, all of them, for quantiles that need no guess. Thread-safe. */
final class Samples {

  private final Map<String, Series> series = new LinkedHashMap<>();

  synchronized void add(String label, long nanos) {
    series.computeIfAbsent(label, unused -> new Series()).add((int) (nanos / 1000));
  }

  /** Writes one line for each: label, space, microseconds. */
  synchronized void write(Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (Map.Entry<String, Series> entry : series.entrySet()) {
        for (int i = 0; i < entry.getValue().count; i++) {
          out.write(entry.getKey() + " " + entry.getValue().micros[i] + "\n");
        }
      }
    }
  }

  private static final class Series {
    private int[] micros = new int[1024];
    private int count;

    void add(int value) {
      if (count == micros.length) {
        micros = Arrays.copyOf(micros, 2 * count);
      }
      micros[count++] = value;
    }
  }
}
