package io.sallyport.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Says where a run took place: numbers without that are worth nothing. */
final class Machine {

  private Machine() {}

  static String describe(Path javaHome, String nginx, List<String> javaOptions, Settings settings)
      throws IOException {
    return """
        %s, %d cores, Linux %s; load average at the start %s
        %s; %s, JVM options of the bare proxy: %s
        slices of %s CPU-s; handshakes %d + %d rounds, bulk %d + %d, starts %d, idle %d
        """
        .formatted(
            processor(),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.version"),
            loadAverage(),
            nginx,
            javaVersion(javaHome),
            String.join(" ", javaOptions),
            settings.slice().toMillis() / 1000.0,
            settings.warmUpRounds(),
            settings.rounds(),
            settings.bulkWarmUpRounds(),
            settings.bulkRounds(),
            settings.startRounds(),
            settings.idleRounds());
  }

  static String loadAverage() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0];
  }

  private static String processor() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }

  private static String javaVersion(Path javaHome) throws IOException {
    Path release = javaHome.resolve("release");
    if (!Files.isReadable(release)) {
      return "Java at " + javaHome;
    }
    return Files.readAllLines(release).stream()
        .filter(line -> line.startsWith("JAVA_VERSION="))
        .map(line -> "Java " + line.substring("JAVA_VERSION=".length()).replace("\"", ""))
        .findFirst()
        .orElse("Java at " + javaHome);
  }
}
