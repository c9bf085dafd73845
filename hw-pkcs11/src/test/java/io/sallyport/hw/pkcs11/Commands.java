package io.sallyport.hw.pkcs11;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs programs of the system, each with a deadline. */
final class Commands {
  private static final long SECONDS = 30;

  private final Path folder;
  private final Map<String, String> environment;

  /** In this folder, with these variables besides the test's own. */
  Commands(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
  }

  /** The output of a program that must succeed. */
  String run(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    Process process = process(output, command);
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(command[0] + " did not end: " + Files.readString(output));
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            String.join(" ", command)
                + " ended with "
                + process.exitValue()
                + ": "
                + Files.readString(output));
      }
      return Files.readString(output);
    } finally {
      process.destroyForcibly();
    }
  }

  /** A program that goes on. */
  Process process(Path output, String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(folder.toFile());
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
  }

  /** The JDK's keytool, with a PKCS#11 token as its store. */
  String keytool(Path configuration, String pin, String... arguments) throws Exception {
    return run(
        Stream.concat(
                Stream.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-keystore",
                    "NONE",
                    "-storetype",
                    "PKCS11",
                    "-providerClass",
                    "sun.security.pkcs11.SunPKCS11",
                    "-providerArg",
                    configuration.toString(),
                    "-storepass",
                    pin),
                Stream.of(arguments))
            .toArray(String[]::new));
  }
}
