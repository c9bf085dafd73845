package io.sallyport.benchmarks.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaOptionsTest {

  @Test
  void takesTheDefaultOfTheStartScript() {
    assertEquals(
        List.of("-XX:+UseSerialGC", "-Xmx256m"),
        JavaOptions.ofScript(
            "#!/bin/sh\nexec java ${SALLYPORT_JAVA_OPTS:--XX:+UseSerialGC  -Xmx256m} -jar x.jar\n"));
  }

  @Test
  void fallsBackToTheSerialCollectorWhereAScriptHasNoDefault() {
    assertEquals(
        List.of("-XX:+UseSerialGC"),
        JavaOptions.ofScript("exec java ${SALLYPORT_JAVA_OPTS:-} -jar x.jar\n"));
    assertEquals(List.of("-XX:+UseSerialGC"), JavaOptions.ofScript("exec java -jar x.jar\n"));
  }

  @Test
  void prefersWhatWasAskedFor(@TempDir Path directory) throws IOException {
    Path script =
        Files.writeString(
            directory.resolve("sallyport"), "${SALLYPORT_JAVA_OPTS:--XX:+UseSerialGC}");
    assertEquals(
        List.of("-XX:+UseZGC", "-Xmx1g"), JavaOptions.find(" -XX:+UseZGC  -Xmx1g", script));
  }
}
