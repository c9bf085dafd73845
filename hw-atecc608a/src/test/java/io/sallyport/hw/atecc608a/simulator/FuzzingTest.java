package io.sallyport.hw.atecc608a.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.code_intelligence.jazzer.Jazzer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A short run of Jazzer over the chip, its certificates and the readers of lines and of its state,
 * from the kept corpus, always with the same seed. A long one: the same command with more runs;
 * what it finds of interest belongs into the corpus.
 */
class FuzzingTest {
  private static final Set<String> PLATFORMS = Set.of("amd64", "x86_64", "aarch64", "arm64");

  private static final String ROOT = "/io/sallyport/hw/atecc608a/";

  @TempDir private Path folder;

  private static Process java(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Jazzer.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  @ParameterizedTest
  @CsvSource({
    "simulator.ChipFuzz, 1000",
    "simulator.TextFuzz, 10000",
    "certificate.CertificateFuzz, 3000"
  })
  void findsNothing(String name, int runs) throws Exception {
    String platform = System.getProperty("os.arch");
    assumeTrue(PLATFORMS.contains(platform), "Jazzer has no native part for " + platform);
    Path corpus = Path.of(FuzzingTest.class.getResource(ROOT + name.replace('.', '/')).toURI());
    try (Stream<Path> seeds = Files.list(corpus)) {
      assertTrue(seeds.count() > 5, "The corpus is lost.");
    }
    Path found = Files.createDirectories(folder.resolve("found"));
    Process jazzer =
        java(
            "--target_class=io.sallyport.hw.atecc608a." + name,
            "--instrumentation_includes=io.sallyport.hw.atecc608a.**",
            "--reproducer_path=" + folder,
            "-artifact_prefix=" + folder + "/",
            "-runs=" + runs,
            "-seed=1",
            "-max_len=2048",
            "-timeout=10",
            "-rss_limit_mb=1024",
            found.toString(),
            corpus.toString());
    String output = new String(jazzer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, jazzer.waitFor(), output);
    assertTrue(output.contains("Done " + runs + " runs"), output);
  }
}
