package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HandshakeCountsTest {
  private static HandshakeCounts counts(int failed, int total) {
    return new HandshakeCounts(total - failed, failed, 0, 0);
  }

  @Test
  void aDifferenceThatChanceMakesIsFewDeviationsAndOneThatItDoesNotIsMany() {
    assertTrue(counts(7, 12).deviationsAbove(counts(3, 12)) < 2);
    assertTrue(counts(12, 12).deviationsAbove(counts(0, 12)) > 4);
    assertTrue(counts(300, 1000).deviationsAbove(counts(150, 1000)) > 7);
    assertTrue(counts(3, 3).deviationsAbove(counts(0, 3)) > 2);
  }

  @Test
  void whoFailsNoMoreOftenIsNotAbove() {
    assertEquals(0, counts(3, 12).deviationsAbove(counts(7, 12)));
    assertEquals(0, counts(12, 12).deviationsAbove(counts(12, 12)));
    assertEquals(0, counts(0, 0).deviationsAbove(counts(0, 0)));
  }

  @Test
  void withoutAnythingToCompareWithEveryFailureIsAbove() {
    assertEquals(Double.POSITIVE_INFINITY, counts(1, 12).deviationsAbove(HandshakeCounts.NONE));
  }
}
