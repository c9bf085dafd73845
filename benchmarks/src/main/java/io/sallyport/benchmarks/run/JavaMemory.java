package io.sallyport.benchmarks.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks into another Java virtual machine with {@code jcmd}. */
final class JavaMemory {

  private static final long DEADLINE_SECONDS = 20;
  private static final Pattern USED =
      Pattern.compile(
          "(?:def new generation|tenured generation|garbage-first heap|PSYoungGen|ParOldGen|DefNew|Tenured) .*?used (\\d+)K");

  private final Path jcmd;

  JavaMemory(Path javaHome) {
    this.jcmd = javaHome.resolve("bin/jcmd");
  }

  /**
   * Runs full collections and returns what lives on the heap, in KiB.
   *
   * @throws IOException if {@code jcmd} cannot talk with the process
   */
  long collectGarbage(long pid) throws IOException, InterruptedException {
    // The second collection frees what only the cleaners of the first let go.
    run(pid, "GC.run");
    run(pid, "GC.run");
    return usedKib(run(pid, "GC.heap_info"));
  }

  static long usedKib(String heapInfo) throws IOException {
    Matcher used = USED.matcher(heapInfo);
    long sum = 0;
    int generations = 0;
    while (used.find()) {
      sum += Long.parseLong(used.group(1));
      generations++;
    }
    if (generations == 0) {
      throw new IOException("No heap usage in what jcmd GC.heap_info says: " + heapInfo);
    }
    return sum;
  }

  private String run(long pid, String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(jcmd.toString(), Long.toString(pid), command)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("jcmd " + pid + " " + command + " failed: " + output);
    }
    return output;
  }
}
