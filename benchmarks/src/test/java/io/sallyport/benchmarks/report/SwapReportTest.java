package io.sallyport.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwapReportTest {

  @TempDir private Path directory;

  @Test
  void comparesEachStackWithItselfAndLeavesTheWarmUpOut() {
    Map<String, int[]> samples =
        Map.of(
            "1/quiet/jsse/1", new int[] {1000, 1000, 2000},
            "1/swap/jsse/2", new int[] {1000, 1000, 3000},
            "1/swap/jsse/3", new int[] {1000, 1000, 5000},
            "1/swap/jsse/4", new int[] {90_000},
            "1/quiet/conscrypt/5", new int[] {500},
            "1/swap/conscrypt/6", new int[] {500},
            "none", new int[] {90_000},
            "warm-up/swap/jsse/7", new int[] {90_000});
    String text =
        new SwapReport(samples, Set.of("1/swap/jsse/4"), List.of("jsse", "conscrypt"))
            .text()
            .replaceAll(" +", " ");
    assertTrue(
        text.contains("| jsse | swap | 6 | 1 | 1.00 | 5.00 | 5.00 | 1.00 | 2.50 | 2.50 |"), text);
    assertTrue(
        text.contains("| jsse | swap | 2 | 1 | 1.00 | 4.00 | 4.00 | 1.00 | 2.00 | 2.00 |"), text);
    assertTrue(text.contains("| conscrypt | swap | 1 | 0 | 0.50 | 0.50 | 0.50 | 1.00 |"), text);
  }

  @Test
  void comparesWithBothQuietPhases() {
    String text =
        new SwapReport(
                Map.of(
                    "1/quiet/jsse/1", new int[] {1000},
                    "1/quiet-again/jsse/2", new int[] {3000},
                    "1/swap/jsse/3", new int[] {6000}),
                Set.of(),
                List.of("jsse"))
            .text()
            .replaceAll(" +", " ");
    assertTrue(text.contains("| jsse | quiet | 1 | 0 | 1.00 | 1.00 | 1.00 | 1.00 | 0.33 |"), text);
    assertTrue(text.contains("| jsse | swap | 1 | 0 | 6.00 | 6.00 | 6.00 | 6.00 | 2.00 |"), text);
  }

  @Test
  void tellsTheFirstAndTheLastHandshakesOfASegment() {
    int[] segment = IntStream.range(0, 100).map(i -> i < 5 ? 9000 : i < 98 ? 1000 : 4000).toArray();
    String text =
        new SwapReport(Map.of("1/swap/jsse/1", segment), Set.of(), List.of("jsse"))
            .text()
            .replaceAll(" +", " ");
    assertTrue(text.contains("| jsse | swap | 9.00 | 1.00 | 1.00 | 4.00 |"), text);
  }

  @Test
  void readsWhatTheDriverWrites() throws IOException {
    Path file = Files.writeString(directory.resolve("samples"), "a/b/c 5\nnone 6\na/b/c 7\n");
    Map<String, int[]> samples = SwapReport.read(file);
    assertEquals(2, samples.size());
    assertArrayEquals(new int[] {5, 7}, samples.get("a/b/c"));
  }
}
