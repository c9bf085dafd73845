package io.sallyport.gateway.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.tls.TlsErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailureLogTest {
  private final AtomicLong time = new AtomicLong(-5);
  private final List<String> lines = new ArrayList<>();
  private final FailureLog log = new FailureLog("web", lines::add, time::get);

  @Test
  void onlySoManyLinesAreWrittenInASecondAndTheRestIsSummedUp() {
    for (int i = 0; i < FailureLog.LINES; i++) {
      assertFalse(fail(TlsErrorCode.SSL_HANDSHAKE_FAILED));
    }
    assertTrue(fail(TlsErrorCode.SSL_HANDSHAKE_FAILED), "the first that is only counted");
    assertFalse(fail(TlsErrorCode.SSL_HANDSHAKE_FAILED));
    assertFalse(fail(TlsErrorCode.TCP_CLOSED_FIN));
    assertEquals(FailureLog.LINES, lines.size());
    log.sumUp();
    assertEquals(FailureLog.LINES, lines.size(), "the second is not over");
    time.addAndGet(TimeUnit.SECONDS.toNanos(1));
    log.sumUp();
    assertEquals(
        "Route web: 3 more connections failed in that second"
            + " [TCP_CLOSED_FIN 1, SSL_HANDSHAKE_FAILED 2].",
        lines.get(FailureLog.LINES));
    assertFalse(fail(TlsErrorCode.TCP_CLOSED_FIN));
    assertEquals("line", lines.get(FailureLog.LINES + 1));
  }

  @Test
  void nothingIsSummedUpWhenNothingWasLeftOut() {
    fail(TlsErrorCode.FAIL);
    time.addAndGet(TimeUnit.SECONDS.toNanos(5));
    log.sumUp();
    assertEquals(List.of("line"), lines);
  }

  private boolean fail(TlsErrorCode code) {
    return log.log(code, () -> lines.add("line"));
  }
}
