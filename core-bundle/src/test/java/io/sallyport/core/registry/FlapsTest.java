package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FlapsTest {
  private static final Policy.Quarantine RULE =
      new Policy.Quarantine(3, Duration.ofSeconds(60), Duration.ofSeconds(10));
  private static final long SECOND = 1_000_000_000L;

  private final Flaps flaps = new Flaps();

  private Duration vanish(long seconds) {
    return flaps.vanished("a", seconds * SECOND, RULE);
  }

  @Test
  void theThirdTimeWithinTheWindowItIsKeptOutAndEachFurtherTimeForTwiceAsLong() {
    assertEquals(Duration.ZERO, vanish(0));
    assertEquals(Duration.ZERO, vanish(1));
    assertEquals(Duration.ofSeconds(10), vanish(2));
    assertEquals(Duration.ofSeconds(4), flaps.left("a", 8 * SECOND));
    assertEquals(Duration.ZERO, flaps.left("a", 12 * SECOND));
    vanish(13);
    vanish(14);
    assertEquals(Duration.ofSeconds(20), vanish(15));
    assertEquals(Duration.ZERO, flaps.left("b", 16 * SECOND));
  }

  @Test
  void timesFarApartAreForgottenAndSoIsAnOldQuarantine() {
    vanish(0);
    vanish(50);
    assertEquals(Duration.ZERO, vanish(100));
    assertEquals(Duration.ofSeconds(10), vanish(105));
    vanish(10_000);
    vanish(10_001);
    assertEquals(Duration.ofSeconds(10), vanish(10_002));
  }

  @Test
  void whoeverIsForgivenBeginsAnew() {
    vanish(0);
    vanish(1);
    vanish(2);
    flaps.forgive("a");
    assertEquals(Duration.ZERO, flaps.left("a", 3 * SECOND));
    assertEquals(Duration.ZERO, vanish(4));
  }
}
