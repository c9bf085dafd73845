package io.sallyport.benchmarks.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuantilesTest {

  @Test
  void readsValuesThatWereMeasured() {
    int[] thousand = IntStream.rangeClosed(1, 1000).map(i -> 1001 - i).toArray();
    assertEquals(new Quantiles(1000, 500, 990, 999), Quantiles.of(thousand));
  }

  @Test
  void takesTheLongestWhereThereAreFew() {
    assertEquals(new Quantiles(3, 2, 3, 3), Quantiles.of(new int[] {3, 1, 2}));
  }

  @Test
  void refusesNothing() {
    assertThrows(IllegalArgumentException.class, () -> Quantiles.of(new int[0]));
  }
}
