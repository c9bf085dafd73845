package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {
  private static final String SIGNER = "ab".repeat(32);

  private static Candidate candidate(String bundle, String... signers) {
    return new Candidate(new FakeStack("stack"), bundle, 0, 1, Map.of(), () -> Set.of(signers));
  }

  @ParameterizedTest
  @CsvSource({
    "io.sallyport.stack.*, io.sallyport.stack.jsse, true",
    "io.sallyport.stack.*, io.sallyport.stack, false",
    "io.sallyport.stack.*, com.evil.io.sallyport.stack.jsse, false",
    "io.sallyport.stack.*, ioXsallyport.stack.jsse, false",
    "io.example, io.example, true",
    "io.example, io.example.more, false",
    "*, anything, true",
    "*.tls.*, a.tls.b, true",
    "*.tls.*, a.tls, false",
    "a+b, a+b, true",
    "a+b, aab, false",
    "\\E.*, anything, false",
  })
  void namesAreComparedAsAWholeAndOnlyTheStarIsSpecial(
      String allowed, String bundle, boolean passes) {
    assertEquals(passes, new Gate(List.of(allowed), Set.of()).refusal(candidate(bundle)).isEmpty());
  }

  @Test
  void aRefusalSaysWhatToConfigure() {
    String why = new Gate(List.of("a"), Set.of()).refusal(candidate("b")).orElseThrow();
    assertTrue(why.contains("allowed.stacks") && why.contains("b"), why);
  }

  @Test
  void anEmptyListKeepsEveryBundleOutButNotTheProgramThatEmbedsTheFramework() {
    Gate gate = new Gate(List.of(), Set.of());
    assertTrue(gate.refusal(candidate("b")).isPresent());
    assertTrue(gate.refusal(candidate("")).isEmpty());
  }

  @Test
  void aSignerIsAskedForOnlyOfThoseWhoseNameFits() {
    Gate gate = new Gate(List.of("good"), Set.of(SIGNER));
    assertTrue(gate.refusal(candidate("good", SIGNER)).isEmpty());
    assertTrue(gate.refusal(candidate("good", "cd".repeat(32), SIGNER)).isEmpty());
    assertTrue(gate.refusal(candidate("good", "cd".repeat(32))).isPresent());
    assertTrue(gate.refusal(candidate("good")).orElseThrow().contains("not signed"));
    assertTrue(gate.refusal(candidate("bad", SIGNER)).isPresent());
  }
}
