package io.sallyport.benchmarks.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {

  @Test
  void takesTheMiddleOfAnOddNumber() {
    assertEquals(new Summary(3, 5, 1, 100), Summary.of(List.of(100.0, 1.0, 5.0)));
  }

  @Test
  void takesTheMeanOfTheTwoInTheMiddleOfAnEvenNumber() {
    assertEquals(new Summary(4, 4, 1, 9), Summary.of(List.of(9.0, 3.0, 1.0, 5.0)));
  }

  @Test
  void refusesToSummariseNothing() {
    assertThrows(IllegalArgumentException.class, () -> Summary.of(List.of()));
  }

  @Test
  void aRoundThatWasSlowForBothDoesNotChangeTheRatio() {
    Summary ratio = Summary.ofRatios(List.of(2.0, 20.0, 3.0), List.of(1.0, 10.0, 1.0));
    assertEquals(new Summary(3, 2, 2, 3), ratio);
  }

  @Test
  void refusesRatiosOfDifferentRounds() {
    assertThrows(
        IllegalArgumentException.class, () -> Summary.ofRatios(List.of(1.0), List.of(1.0, 2.0)));
  }

  @Test
  void showsTheSpreadOnlyWhereThereIsMoreThanOneReading() {
    assertEquals("600 ±10 %", Summary.of(List.of(540.0, 600.0, 660.0)).text());
    assertEquals("600", Summary.of(List.of(600.0)).text());
  }

  @Test
  void showsAsManyDigitsAsTheSizeDeserves() {
    assertEquals("1234", Summary.number(1234.4));
    assertEquals("100", Summary.number(100));
    assertEquals("12.3", Summary.number(12.34));
    assertEquals("1.23", Summary.number(1.234));
    assertEquals("-0.50", Summary.number(-0.5));
  }
}
