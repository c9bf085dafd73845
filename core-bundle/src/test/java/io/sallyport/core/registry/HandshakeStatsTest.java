package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.tls.stack.HandshakesDTO;
import org.junit.jupiter.api.Test;

class HandshakeStatsTest {
  @Test
  void everyDurationLiesWithinItsBucketAndTheBucketIsNarrow() {
    for (long micros = 0; micros < 5_000_000; micros += 1 + micros / 7) {
      int bucket = HandshakeStats.bucket(micros);
      long upper = HandshakeStats.upperBound(bucket);
      assertTrue(micros <= upper, micros + " > " + upper);
      assertTrue(upper <= micros + micros / 7 + 1, upper + " for " + micros);
      assertTrue(bucket == 0 || HandshakeStats.upperBound(bucket - 1) < micros);
    }
    HandshakeStats.bucket(Long.MAX_VALUE);
    HandshakeStats.bucket(-1);
  }

  @Test
  void quantilesAreThoseOfWhatWasCounted() {
    HandshakeStats stats = new HandshakeStats();
    for (int millis = 1; millis <= 100; millis++) {
      stats.done(millis * 1_000_000L);
    }
    stats.failed();
    stats.failedByPeer();
    stats.fault();
    HandshakesDTO dto = stats.describe();
    assertEquals(100, dto.done());
    assertEquals(1, dto.failed());
    assertEquals(1, dto.byPeer());
    assertEquals(1, dto.faults());
    assertTrue(dto.median().toMillis() >= 50 && dto.median().toMillis() <= 57, "" + dto.median());
    assertTrue(dto.p99().toMillis() >= 99 && dto.p99().toMillis() <= 114, "" + dto.p99());
  }

  @Test
  void withoutAHandshakeThereIsNoDuration() {
    assertEquals(HandshakesDTO.NONE, new HandshakeStats().describe());
  }
}
