package io.sallyport.launcher.bootguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.launcher.report.LogLines;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.service.log.LogLevel;

class BootGuardTest {
  private static final StackBundle CONSCRYPT =
      new StackBundle("io.sallyport.stack.conscrypt", "1.0.0", "org.conscrypt 2.5.0");
  private static final StackBundle JSSE = new StackBundle("io.sallyport.stack.jsse", "1.0.0", "");
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-01T10:20:30Z"), ZoneOffset.UTC);

  @TempDir private Path parent;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final LogLines log =
      new LogLines(new PrintStream(said, true, StandardCharsets.UTF_8), LogLevel.INFO, false);
  private Path folder;

  @BeforeEach
  void setUp() {
    folder = parent.resolve("not/yet/there");
  }

  @Test
  void knowsAStackThatStartedWell() {
    assertEquals(Verdict.NEW, verdictAfterGoodStart(CONSCRYPT));
    assertEquals(Verdict.KNOWN, verdictAfterGoodStart(CONSCRYPT));
    assertEquals("", words());
  }

  @Test
  void passesOverWhatDiedAloneAtOneStartThenThreeThenNineThenForGood() {
    List<Integer> passedOver = new ArrayList<>();
    for (int strike = 0; strike < 4; strike++) {
      int starts = 0;
      while (starts < 40 && !diesUnlessPassedOver(CONSCRYPT)) {
        starts++;
      }
      passedOver.add(starts);
    }
    // Before the first strike, and after each of three; the fourth is for good.
    assertEquals(List.of(0, 1, 3, 9), passedOver);
    for (int start = 0; start < 40; start++) {
      assertFalse(diesUnlessPassedOver(CONSCRYPT));
    }
  }

  @Test
  void saysWhyUntilWhenAndWhatToDo() {
    die(List.of(CONSCRYPT));

    try (BootGuard guard = open()) {
      assertEquals(Verdict.PASSED_OVER, guard.admit(CONSCRYPT));
      assertEquals(
          "the JVM died while it was starting (1 time, last at 2026-03-01T10:20:30Z); it is tried"
              + " again at the next start, or now with tls:release conscrypt.",
          guard.reasonFor(CONSCRYPT));
      assertEquals(CLOCK.millis(), guard.lastBadStart(CONSCRYPT));
    }
  }

  @Test
  void startsItAloneAfterThatAndForgetsAllWhenItStartsWell() {
    die(List.of(CONSCRYPT));
    assertFalse(diesUnlessPassedOver(CONSCRYPT));

    assertEquals(Verdict.SUSPECT, verdictAfterGoodStart(CONSCRYPT));

    die(List.of(CONSCRYPT));
    try (BootGuard guard = open()) {
      assertEquals(Verdict.PASSED_OVER, guard.admit(CONSCRYPT));
      assertTrue(guard.reasonFor(CONSCRYPT).contains("(1 time,"), guard.reasonFor(CONSCRYPT));
    }
    try (BootGuard guard = open()) {
      assertEquals(Verdict.SUSPECT, guard.admit(CONSCRYPT));
    }
  }

  @Test
  void passesNobodyOverWhenSeveralWereStartingButFindsOutNextTime() {
    verdictAfterGoodStart(CONSCRYPT);
    verdictAfterGoodStart(JSSE);
    die(List.of(CONSCRYPT, JSSE));

    try (BootGuard guard = open()) {
      assertEquals(Verdict.SUSPECT, guard.admit(CONSCRYPT));
      assertEquals(Verdict.SUSPECT, guard.admit(JSSE));
      assertTrue(words().contains("(conscrypt, jsse); they start one after another"), words());
    }
  }

  @Test
  void leavesEverybodyUnderSuspicionWhenTheMarkerCannotBeRead() throws Exception {
    verdictAfterGoodStart(CONSCRYPT);
    Files.writeString(folder.resolve(StateFolder.MARKER), "");

    try (BootGuard guard = open()) {
      assertEquals(Verdict.SUSPECT, guard.admit(CONSCRYPT));
    }
    assertFalse(Files.exists(folder.resolve(StateFolder.MARKER)));
  }

  @Test
  void anOrderlyEndInTheMiddleOfAStartDoesNotCount() {
    BootGuard guard = open();
    guard.starting(List.of(CONSCRYPT));
    guard.close();
    guard.starting(List.of(CONSCRYPT));
    guard.failed(CONSCRYPT, "The framework has stopped.");

    assertTrue(guard.hasEnded());
    assertEquals(Verdict.NEW, verdictAfterGoodStart(CONSCRYPT));
  }

  @Test
  void anEndByTheStackItselfCounts() {
    BootGuard guard = open();
    guard.starting(List.of(CONSCRYPT));
    guard.leaveMarker();
    guard.close();

    assertFalse(diesUnlessPassedOver(CONSCRYPT));
  }

  @Test
  void passesOverWhatFailedThreeTimesInARow() {
    for (int start = 1; start <= 3; start++) {
      try (BootGuard guard = open()) {
        assertEquals(start == 1 ? Verdict.NEW : Verdict.SUSPECT, guard.admit(CONSCRYPT));
        guard.starting(List.of(CONSCRYPT));
        guard.failed(CONSCRYPT, "No library for this processor.");
        guard.starting(List.of());
      }
    }
    try (BootGuard guard = open()) {
      assertEquals(Verdict.PASSED_OVER, guard.admit(CONSCRYPT));
      assertTrue(
          guard
              .reasonFor(CONSCRYPT)
              .startsWith(
                  "it failed to start (3 times, last at 2026-03-01T10:20:30Z: No library for this"
                      + " processor); it is tried again at the next start"),
          guard.reasonFor(CONSCRYPT));
    }
    try (BootGuard guard = open()) {
      assertEquals(Verdict.SUSPECT, guard.admit(CONSCRYPT));
      guard.failed(CONSCRYPT, "No library for this processor.");
    }
    for (int start = 0; start < 3; start++) {
      assertFalse(diesUnlessPassedOver(CONSCRYPT));
    }
    assertEquals(Verdict.SUSPECT, verdictAfterGoodStart(CONSCRYPT));
  }

  @Test
  void shortensWhatAStackSaysOfItsFailure() {
    for (int start = 0; start < 3; start++) {
      try (BootGuard guard = open()) {
        guard.failed(CONSCRYPT, "x\n".repeat(1_000_000));
      }
    }
    try (BootGuard guard = open()) {
      assertEquals(Verdict.PASSED_OVER, guard.admit(CONSCRYPT));
      assertTrue(guard.reasonFor(CONSCRYPT).length() < 500);
      assertEquals("", words());
    }
  }

  @Test
  void aGoodStartEndsTheRowOfFailures() {
    for (int start = 0; start < 2; start++) {
      try (BootGuard guard = open()) {
        guard.failed(CONSCRYPT, "No.");
      }
    }
    verdictAfterGoodStart(CONSCRYPT);
    try (BootGuard guard = open()) {
      guard.failed(CONSCRYPT, "No.");
    }
    assertEquals(Verdict.SUSPECT, verdictAfterGoodStart(CONSCRYPT));
  }

  @Test
  void anotherVersionOfTheBundleOrOfItsLibraryBeginsAnew() {
    die(List.of(CONSCRYPT));

    try (BootGuard guard = open()) {
      assertEquals(
          Verdict.NEW,
          guard.admit(new StackBundle(CONSCRYPT.symbolicName(), "1.0.1", CONSCRYPT.libraries())));
      assertEquals(
          Verdict.NEW,
          guard.admit(
              new StackBundle(
                  CONSCRYPT.symbolicName(), CONSCRYPT.version(), "org.conscrypt 2.5.1")));
    }
  }

  @Test
  void releasesByHand() {
    die(List.of(CONSCRYPT));
    try (BootGuard guard = open()) {
      assertEquals(Verdict.PASSED_OVER, guard.admit(CONSCRYPT));
      guard.release(CONSCRYPT);
    }
    assertEquals(Verdict.SUSPECT, verdictAfterGoodStart(CONSCRYPT));
  }

  @Test
  void remembersTheNameAStackHasGivenItself() {
    StackBundle own = new StackBundle("com.example.tls", "3.0.0", "");
    try (BootGuard guard = open()) {
      assertEquals("com.example.tls", guard.nameOf(own));
      assertEquals("conscrypt", guard.nameOf(CONSCRYPT));
      guard.startedWell(Map.of(own, "example"));
    }
    try (BootGuard guard = open()) {
      assertEquals("example", guard.nameOf(own));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.bundle=x",
        "\\u00zz=1",
        "anything",
        "1.bundle=a\n1.version=1\n1.libraries=\n1.stack=a\n1.trust=KNOWN\n1.crashes=-1\n"
            + "1.failures=0\n1.skips=0\n1.last=0\n1.why=\n"
      })
  void beginsAnewWithOneWarningWhereTheRecordsAreDamaged(String content) throws Exception {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(StateFolder.RECORDS), content);

    assertEquals(Verdict.NEW, verdictAfterGoodStart(CONSCRYPT));
    assertTrue(words().contains("boot-guard.properties' cannot be read"), words());
    assertEquals(1, words().lines().count(), words());
    assertEquals(Verdict.KNOWN, verdictAfterGoodStart(CONSCRYPT));
  }

  @Test
  void isOffWithOneWarningWhereTheFolderCannotBeMade() throws Exception {
    folder = Files.createFile(parent.resolve("file")).resolve("state");

    try (BootGuard guard = open()) {
      assertFalse(guard.isOn());
      assertEquals(Verdict.KNOWN, guard.admit(CONSCRYPT));
      guard.starting(List.of(CONSCRYPT));
      guard.startedWell(Map.of(CONSCRYPT, "conscrypt"));
    }
    assertTrue(words().contains("The boot guard is off"), words());
    assertTrue(words().contains("--state"), words());
    assertEquals(1, words().lines().count(), words());
  }

  @Test
  void warnsOnceWhenTheFolderGoesAway() throws Exception {
    try (BootGuard guard = open()) {
      Files.delete(folder.resolve("boot-guard.lock"));
      Files.delete(folder);
      guard.starting(List.of(CONSCRYPT));
      guard.startedWell(Map.of(CONSCRYPT, "conscrypt"));
      guard.starting(List.of());
    }
    assertTrue(words().contains("cannot write to"), words());
    assertEquals(1, words().lines().count(), words());
  }

  @Test
  void keepsASecondGatewayOutWhichWouldTakeTheFirstForDead() {
    try (BootGuard first = open()) {
      first.starting(List.of(CONSCRYPT));
      try (BootGuard second = open()) {
        assertFalse(second.isOn());
        assertTrue(words().contains("another gateway uses it"), words());
      }
    }
    assertEquals(Verdict.NEW, verdictAfterGoodStart(CONSCRYPT));
  }

  @Test
  void looksOnWithoutChangingAnything() throws Exception {
    die(List.of(CONSCRYPT));
    String marker = Files.readString(folder.resolve(StateFolder.MARKER));

    for (int look = 0; look < 3; look++) {
      try (BootGuard guard = BootGuard.lookAt(folder, CLOCK, log)) {
        assertEquals(Verdict.PASSED_OVER, guard.admit(CONSCRYPT));
        guard.startedWell(Map.of(JSSE, "jsse"));
      }
    }

    assertEquals(marker, Files.readString(folder.resolve(StateFolder.MARKER)));
    assertFalse(Files.exists(folder.resolve(StateFolder.RECORDS)));
  }

  private BootGuard open() {
    return BootGuard.open(folder, CLOCK, log);
  }

  private Verdict verdictAfterGoodStart(StackBundle bundle) {
    try (BootGuard guard = open()) {
      Verdict verdict = guard.admit(bundle);
      guard.starting(List.of(bundle));
      guard.startedWell(Map.of(bundle, bundle.shortName()));
      guard.starting(List.of());
      return verdict;
    }
  }

  /** As a process that dies leaves it: the marker is there, and nobody holds the lock. */
  private void die(List<StackBundle> bundles) {
    BootGuard guard = open();
    guard.starting(bundles);
    guard.leaveMarker();
  }

  private boolean diesUnlessPassedOver(StackBundle bundle) {
    try (BootGuard guard = open()) {
      if (guard.admit(bundle) == Verdict.PASSED_OVER) {
        return false;
      }
      guard.starting(List.of(bundle));
      guard.leaveMarker();
      return true;
    }
  }

  private String words() {
    return said.toString(StandardCharsets.UTF_8);
  }
}
