package io.sallyport.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MarkTest {

  private final Readings readings = new Readings();

  @Test
  void lowerIsBetterForTime() {
    Mark mark = Mark.ratio(Metric.HANDSHAKE, "nginx", 1.25);
    readings.measured("nginx", Metric.HANDSHAKE, 400);
    readings.measured("quick", Metric.HANDSHAKE, 500);
    readings.measured("slow", Metric.HANDSHAKE, 501);
    assertEquals(Mark.Verdict.MET, mark.verdict(readings, "quick"));
    assertEquals(Mark.Verdict.NOT_MET, mark.verdict(readings, "slow"));
  }

  @Test
  void higherIsBetterForThroughput() {
    Mark mark = Mark.ratio(Metric.RECEIVE_1, "nginx", 0.85);
    readings.measured("nginx", Metric.RECEIVE_1, 1000);
    readings.measured("quick", Metric.RECEIVE_1, 850);
    readings.measured("slow", Metric.RECEIVE_1, 849);
    assertEquals(Mark.Verdict.MET, mark.verdict(readings, "quick"));
    assertEquals(Mark.Verdict.NOT_MET, mark.verdict(readings, "slow"));
  }

  @Test
  void anAbsoluteMarkNeedsNobodyElse() {
    Mark mark = Mark.absolute(Metric.IDLE, 40);
    readings.measured("conscrypt", Metric.IDLE, 41);
    readings.measured("conscrypt", Metric.IDLE, 39);
    readings.measured("conscrypt", Metric.IDLE, 38);
    assertEquals(Mark.Verdict.MET, mark.verdict(readings, "conscrypt"));
  }

  @Test
  void theWarmUpDoesNotCount() {
    Mark mark = Mark.absolute(Metric.HANDSHAKE, 1000);
    readings.warmUp("conscrypt", Metric.HANDSHAKE, 500);
    assertEquals(Mark.Verdict.NOT_MEASURED, mark.verdict(readings, "conscrypt"));
  }

  @Test
  void isNotMeasuredWhenOneOfTheTwoDroppedOut() {
    Mark mark = Mark.ratio(Metric.HANDSHAKE, "nginx", 1.25);
    readings.measured("conscrypt", Metric.HANDSHAKE, 500);
    readings.measured("conscrypt", Metric.HANDSHAKE, 500);
    assertEquals(Mark.Verdict.NOT_MEASURED, mark.verdict(readings, "conscrypt"));
    readings.measured("nginx", Metric.HANDSHAKE, 500);
    assertEquals(Mark.Verdict.NOT_MEASURED, mark.verdict(readings, "conscrypt"));
  }

  @Test
  void saysWhatItDemands() {
    assertEquals(
        "full handshake ≤ 1.25 × nginx", Mark.ratio(Metric.HANDSHAKE, "nginx", 1.25).text());
    assertEquals(
        "sending, 1 connection ≥ 1.00 × nginx", Mark.ratio(Metric.SEND_1, "nginx", 1).text());
    assertEquals("start to first handshake ≤ 2000 ms", Mark.absolute(Metric.START, 2000).text());
  }
}
