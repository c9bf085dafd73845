package io.sallyport.itest;

import static org.junit.Assume.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program of the system, as a TLS peer that is not ours. */
final class Tool {
  private static final int PATIENCE_SECONDS = 60;

  private Tool() {}

  /**
   * What it printed.
   *
   * @param exit its exit code
   * @param text standard output and standard error
   */
  record Result(int exit, String text) {}

  /** Skips the test, with the reason, where a program is not installed. */
  static void assumeInstalled(String... programs) {
    for (String program : programs) {
      boolean there =
          Stream.of(System.getenv("PATH").split(File.pathSeparator))
              .anyMatch(folder -> new File(folder, program).canExecute());
      if (!there) {
        System.out.println("Skipped: " + program + " is not installed.");
      }
      assumeTrue(program + " is not installed", there);
    }
  }

  /** Runs it to its end, with this as its standard input. */
  static Result run(String input, String... command) throws Exception {
    Process process =
        new ProcessBuilder(new ArrayList<>(List.of(command))).redirectErrorStream(true).start();
    try {
      CompletableFuture<String> output =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return new String(
                      process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                } catch (IOException e) {
                  return "";
                }
              });
      try {
        // Left open: an end of the input would end some tools before the answer has come.
        process.getOutputStream().write(input.getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
      } catch (IOException e) {
        // It has ended before it read all.
      }
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("It did not end: " + String.join(" ", command));
      }
      return new Result(process.exitValue(), output.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    } finally {
      process.destroyForcibly();
    }
  }
}
