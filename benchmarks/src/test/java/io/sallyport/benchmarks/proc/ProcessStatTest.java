package io.sallyport.benchmarks.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessStatTest {

  private static final String REST =
      " S 17 4711 4711 34816 4711 4194304 1000 2000 3 4 250 31 900 901 20 0 5 0 333199 3133440 383 18446744073709551615 1 1 0 0 0 0";

  @Test
  void readsTheFieldsThatProc5Numbers() {
    ProcessStat stat = ProcessStat.parse("4711 (nginx)" + REST);
    assertEquals(new ProcessStat(4711, "nginx", 17, 250, 31, 383), stat);
  }

  @Test
  void countsUserAndSystemTimeButNotThatOfEndedChildren() {
    assertEquals(2_810_000_000L, ProcessStat.parse("4711 (nginx)" + REST).cpuNanos());
  }

  @Test
  void isNotConfusedByACommandWithSpacesAndParentheses() {
    ProcessStat stat = ProcessStat.parse("4711 (a) b (c))" + REST + "\n");
    assertEquals("a) b (c)", stat.command());
    assertEquals(17, stat.parent());
  }

  @Test
  void namesTheLineThatItCannotRead() {
    assertRefused("");
    assertRefused("4711 nginx S 17");
    assertRefused("4711 (nginx)");
    assertRefused("4711 (nginx) S 17 4711");
    assertRefused("4711 (nginx)" + REST.replace(" 250 ", " many "));
  }

  private static void assertRefused(String line) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> ProcessStat.parse(line)).getMessage();
    assertTrue(message.endsWith(line), message);
  }

  @Test
  void readsThisVeryProcessAndSeesItWork() throws IOException {
    long pid = ProcessHandle.current().pid();
    ProcessStat before = ProcessStat.read(pid);
    assertEquals(pid, before.pid());
    assertTrue(before.residentPages() > 0);
    long deadline = System.nanoTime() + 5_000_000_000L;
    while (ProcessStat.read(pid).cpuNanos() < before.cpuNanos() + 20_000_000L) {
      assertTrue(System.nanoTime() < deadline, "5 s of work cost less than 20 ms of CPU time");
    }
  }
}
