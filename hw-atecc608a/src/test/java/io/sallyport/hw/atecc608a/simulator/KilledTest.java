package io.sallyport.hw.atecc608a.simulator;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a chip has answered has happened, whatever happens to the process. */
@Timeout(120)
class KilledTest {
  private static final int ROUNDS = 3;
  private static final int ANSWERS = 40;

  @TempDir private Path folder;

  @Test
  void nothingThatWasAnsweredIsLost() throws Exception {
    Path state = folder.resolve("chip");
    int before = 0;
    for (int round = 0; round < ROUNDS; round++) {
      int answered = countAndKill(state, ANSWERS + round);
      try (Atecc608Simulator chip = Atecc608Simulator.open(state, Layout.TRUST_AND_GO)) {
        assertTrue(chip.address() == 0x6A);
      }
      try (StateFile file = StateFile.open(state)) {
        int kept = file.read().orElseThrow().counters[0];
        assertTrue(kept >= answered, kept + " of " + answered);
        assertTrue(kept > before && answered == before + ANSWERS + round);
        before = kept;
      }
    }
  }

  private static int countAndKill(Path state, int answers) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                CountingChip.class.getName(),
                state.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
      int last = 0;
      for (int i = 0; i < answers; i++) {
        last = Integer.parseInt(out.readLine());
      }
      IOException refusal =
          assertThrows(IOException.class, () -> Atecc608Simulator.open(state, Layout.TRUST_AND_GO));
      assertTrue(refusal.getMessage().contains("in use"), refusal.getMessage());
      return last;
    } finally {
      process.destroyForcibly(); // SIGKILL.
      process.waitFor();
    }
  }
}
