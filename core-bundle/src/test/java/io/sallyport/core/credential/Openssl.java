package io.sallyport.core.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The openssl program, as the maker of what users really have. */
final class Openssl {
  private Openssl() {}

  static void assumeInstalled() {
    boolean there =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> new File(folder, "openssl").canExecute());
    assumeTrue(there, "openssl is not installed");
  }

  static void run(Path folder, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("openssl.out");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("It did not end: " + command);
      }
      assertEquals(0, process.exitValue(), () -> command + ": " + text(output));
    } finally {
      process.destroyForcibly();
    }
  }

  private static String text(Path file) {
    try {
      return java.nio.file.Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }
}
