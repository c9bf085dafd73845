package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Runs the jcstress tests, in processes of their own: briefly, or long for endurance. */
class RacesTest {
  private static final boolean ENDURANCE = Boolean.getBoolean("sallyport.endurance");
  private static final int MINUTES = ENDURANCE ? 120 : 10;
  private static final List<String> EFFORT =
      ENDURANCE
          ? List.of("-m", "default")
          : List.of("-f", "1", "-iters", "1", "-time", "100", "-sc", "false");
  private static final Pattern RESULTS =
      Pattern.compile(
          "Results: (\\d+) planned; (\\d+) passed, (\\d+) failed, (\\d+) soft errs, (\\d+) hard");

  /** Everything but the planted race passes, and nothing was left out. */
  @Test
  void noForbiddenOutcomeIsSeen() throws Exception {
    Run run = Run.of("races", "[.][A-Za-z]+Races[.]");
    assertEquals(0, run.exit, run::report);
    Matcher last = null;
    for (Matcher each = RESULTS.matcher(run.output); each.find(); ) {
      last = RESULTS.matcher(each.group());
    }
    assertTrue(last != null && last.find(), run::report);
    assertNotEquals("0", last.group(1), run::report);
    assertEquals(last.group(1), last.group(2), run::report);
  }

  /** A race that is there is found in the time that the others are given. */
  @Test
  void aPlantedRaceIsFound() throws Exception {
    Run run = Run.of("planted", "[.]PlantedRace");
    assertNotEquals(0, run.exit, run::report);
    assertTrue(run.output.contains("[FAILED]"), run::report);
    assertTrue(run.output.contains("A lease is lost."), run::report);
  }

  private static final class Run {
    final int exit;
    final String output;

    private Run(int exit, String output) {
      this.exit = exit;
      this.output = output;
    }

    static Run of(String name, String tests) throws IOException, InterruptedException {
      Path directory = Path.of("target", "jcstress", name).toAbsolutePath();
      Files.createDirectories(directory);
      Path log = directory.resolve("log.txt");
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-cp");
      command.add(System.getProperty("java.class.path"));
      command.add("org.openjdk.jcstress.Main");
      command.addAll(EFFORT);
      // One kind of virtual machine: what differs between collectors is not what is raced here.
      command.addAll(List.of("-jvmArgs", "-XX:+UseSerialGC", "-hs", "128", "-af", "NONE"));
      command.addAll(List.of("-t", tests, "-r", directory.resolve("report").toString()));
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      try {
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        String output = Files.readString(log);
        assertTrue(ended, () -> "jcstress did not end in " + MINUTES + " minutes:\n" + output);
        return new Run(process.exitValue(), output);
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }

    String report() {
      return "jcstress ended with " + exit + ":\n" + output;
    }
  }
}
