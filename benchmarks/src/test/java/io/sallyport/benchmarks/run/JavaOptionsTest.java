package io.sallyport.benchmarks.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaOptionsTest {

  private static final String SCRIPT =
      "set -- -cp lib Main\n  set -- -Da=b  -XX:+UseSerialGC ${SALLYPORT_JAVA_OPTS:-} \"$@\"\n";

  @TempDir private Path directory;

  @Test
  void takesTheDefaultsOfTheStartScriptAndThoseOfTheEnvironment() throws IOException {
    Path script = Files.writeString(directory.resolve("sallyport"), SCRIPT);
    assertEquals(
        List.of("-Da=b", "-XX:+UseSerialGC", "-Xmx64m", "-Dc=d"),
        JavaOptions.find("", script, Map.of("SALLYPORT_JAVA_OPTS", " -Xmx64m -Dc=d")));
  }

  @Test
  void takesTheSerialCollectorWhereThereIsNoGateway() throws IOException {
    assertEquals(
        List.of("-XX:+UseSerialGC"), JavaOptions.find("", directory.resolve("missing"), Map.of()));
  }

  @Test
  void takesNothingButWhatWasAskedFor() throws IOException {
    Path script = Files.writeString(directory.resolve("sallyport"), SCRIPT);
    assertEquals(
        List.of("-XX:+UseZGC", "-Xmx1g"),
        JavaOptions.find(" -XX:+UseZGC  -Xmx1g", script, Map.of("SALLYPORT_JAVA_OPTS", "-Xmx64m")));
  }

  @Test
  void doesNotGuessWhenTheStartScriptHasChanged() throws IOException {
    Path script = Files.writeString(directory.resolve("sallyport"), "exec java -jar x.jar\n");
    String message =
        assertThrows(IOException.class, () -> JavaOptions.find("", script, Map.of())).getMessage();
    assertTrue(message.contains("--bare-java-opts"), message);
  }
}
