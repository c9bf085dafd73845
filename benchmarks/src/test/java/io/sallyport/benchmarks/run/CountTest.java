package io.sallyport.benchmarks.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CountTest {

  @Test
  void keepsTheWholeSentenceOfTheLastFailure() {
    assertEquals(
        new Count(10, 2, "connect: java.net.ConnectException: refused"),
        Count.parse("10 2 connect: java.net.ConnectException: refused"));
  }
}
