package io.sallyport.benchmarks.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class JavaMemoryTest {

  @Test
  void addsTheGenerationsOfTheSerialCollector() throws IOException {
    assertEquals(
        1500,
        JavaMemory.usedKib(
            """
            4711:
             def new generation   total 9216K, used 500K [0x00, 0x01, 0x02)
              eden space 8192K,   6% used [0x00, 0x01, 0x02)
             tenured generation   total 10240K, used 1000K [0x00, 0x01, 0x02)
               the space 10240K,   9% used [0x00, 0x01, 0x02, 0x03)
             Metaspace       used 2000K, committed 2100K, reserved 1114112K
            """));
  }

  @Test
  void readsTheG1Collector() throws IOException {
    assertEquals(
        2345,
        JavaMemory.usedKib(
            " garbage-first heap   total 256000K, used 2345K [0x00, 0x01)\n  region size 1024K"));
  }

  @Test
  void readsTheSerialCollectorOfJava25() throws IOException {
    assertEquals(
        1500,
        JavaMemory.usedKib(
            " DefNew     total 9216K, used 500K [0x00, 0x01)\n Tenured    total 10240K, used 1000K [0x00, 0x01)\n"));
  }

  @Test
  void showsWhatItDoesNotUnderstand() {
    String message =
        assertThrows(IOException.class, () -> JavaMemory.usedKib("no heap here")).getMessage();
    assertTrue(message.endsWith("no heap here"), message);
  }

  @Test
  void asksThisVeryVirtualMachine() throws IOException, InterruptedException {
    JavaMemory memory = new JavaMemory(Path.of(System.getProperty("java.home")));
    assertTrue(memory.collectGarbage(ProcessHandle.current().pid()) > 0);
  }
}
