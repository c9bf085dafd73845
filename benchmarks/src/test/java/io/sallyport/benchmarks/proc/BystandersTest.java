package io.sallyport.benchmarks.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BystandersTest {

  @Test
  void countsAllButIdleAndWaiting() {
    assertEquals(
        1 + 2 + 4 + 7 + 8 + 9,
        Bystanders.busySeconds("cpu  100 200 400 5000 6000 700 800 900 10000 11000"));
  }

  @Test
  void namesTheLineThatItCannotRead() {
    for (String line : List.of("", "cpu0 1 2 3 4 5 6 7 8", "cpu 1 2 3")) {
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> Bystanders.busySeconds(line))
              .getMessage()
              .endsWith(line));
    }
  }

  @Test
  void asksThisVeryMachine() throws IOException {
    Bystanders bystanders = new Bystanders(List.of(new ProcessTree(ProcessHandle.current())));
    double cores = bystanders.cores();
    assertTrue(cores >= 0, "cores " + cores);
  }
}
