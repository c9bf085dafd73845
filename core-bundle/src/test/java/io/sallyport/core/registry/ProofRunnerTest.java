package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProofRunnerTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final ProofRunner proofs = new ProofRunner(ConfigResolver.NOTHING, now::get);

  @AfterEach
  void close() {
    proofs.close();
  }

  private Prover prover() throws TlsException {
    return proofs.run("one", MINUTE, prover -> prover, late -> {});
  }

  /** A gateway runs for years, and may learn the time only after its start. */
  @Test
  void certificatesAreMadeAnewBeforeTheyExpireAndWhenTheClockIsSet() throws Exception {
    Prover first = prover();
    now.set(Instant.EPOCH.plus(Duration.ofHours(11)));
    assertSame(first, prover());
    now.set(Instant.EPOCH.plus(Duration.ofHours(13)));
    Prover second = prover();
    assertNotSame(first, second);
    now.set(Instant.parse("2026-11-24T00:00:00Z"));
    assertNotSame(second, prover());
  }

  @Test
  void whatIsMadeIsValidForLongerThanItIsUsed() throws Exception {
    Instant made = Instant.parse("2026-11-24T00:00:00Z");
    now.set(made);
    ThrowAwayPki pki = ThrowAwayPki.make(now::get);
    now.set(made.plus(Duration.ofHours(12)).minusSeconds(1));
    assertTrue(pki.isCurrent());
    assertTrue(pki.authority().getNotAfter().toInstant().isAfter(now.get()));
    assertTrue(pki.server().certificate().getNotAfter().toInstant().isAfter(now.get()));
    assertTrue(
        pki.server()
            .certificate()
            .getNotBefore()
            .toInstant()
            .isBefore(made.minus(Duration.ofHours(12))));
    pki.server().certificate().verify(pki.authority().getPublicKey());
    pki.rsaServer().certificate().verify(pki.authority().getPublicKey());
  }

  @Test
  void aProofThatIsLateIsToldWhatToDoWithItsResult() throws Exception {
    CompletableFuture<String> released = new CompletableFuture<>();
    CompletableFuture<String> late = new CompletableFuture<>();
    TlsException error =
        assertThrows(
            TlsException.class,
            () ->
                proofs.run(
                    "one", Duration.ofMillis(50), prover -> released.join(), late::complete));
    assertEquals(TlsErrorCode.TIMEOUT, error.code());
    released.complete("contexts");
    assertEquals("contexts", late.get(20, TimeUnit.SECONDS));
  }
}
