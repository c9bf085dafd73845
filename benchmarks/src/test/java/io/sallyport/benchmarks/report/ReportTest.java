package io.sallyport.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {

  private final Readings readings = new Readings();
  private final Report report = new Report(List.of("nginx", "conscrypt"), readings);

  @Test
  void showsMediansRatiosVerdictsAndTheWarmUpApart() {
    for (double reading : new double[] {400, 410, 420}) {
      readings.measured("nginx", Metric.HANDSHAKE, reading);
      readings.measured("conscrypt", Metric.HANDSHAKE, 1.5 * reading);
    }
    readings.warmUp("conscrypt", Metric.HANDSHAKE, 4000);
    readings.warmUp("conscrypt", Metric.HANDSHAKE, 900);
    String text = report.text();
    assertContains(text, "| full handshake, µs CPU | 410 ±2 % | 615 ±2 % |");
    assertContains(text, "| full handshake | 1.50 ±0 % |");
    assertContains(text, "| full handshake ≤ 1.25 × nginx | 1.50 | not met |");
    assertContains(text, "| full handshake: 4000 900 | conscrypt | 600 615 630 |");
    assertContains(text, "No connection failed.");
  }

  @Test
  void leavesOutWhatNobodyMeasuredAndMarksWhatOneDidNot() {
    readings.measured("nginx", Metric.START, 15);
    String text = report.text();
    assertContains(text, "| start to first handshake, ms | 15.0 | – |");
    assertFalse(text.contains("MB/CPU-s"), text);
  }

  @Test
  void tellsWhatWentWrong() {
    readings.problem("conscrypt was given up during its start: port in use");
    String text = report.text();
    assertContains(text, "- conscrypt was given up during its start: port in use");
    assertFalse(text.contains("No connection failed."), text);
  }

  private static void assertContains(String text, String part) {
    // The width of a column depends on the rows that are not looked at here.
    assertTrue(text.replaceAll(" +", " ").contains(part), text);
  }
}
