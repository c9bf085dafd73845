package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.StackEventType;
import io.sallyport.tls.stack.TlsStackOps;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a stack that is a service becomes a candidate. */
@Timeout(60)
class AppearanceTest {
  private static final Duration ASKED_FOR = Duration.ofMillis(1500);

  private final RecordedEvents events = new RecordedEvents();
  private final StackRegistry registry =
      new StackRegistry(policy("good.*"), events, List::of, ConfigResolver.NOTHING);
  private final CountDownLatch released = new CountDownLatch(1);
  private final CountDownLatch asked = new CountDownLatch(1);

  @AfterEach
  void close() {
    released.countDown();
    registry.close();
  }

  private static Policy policy(String allowed) {
    Policy usual = Policy.DEFAULT;
    return new Policy(
        usual.choice(),
        usual.failover(),
        usual.greedy(),
        new Gate(List.of(allowed), Set.of()),
        new Policy.Exchange(Duration.ofSeconds(5), ASKED_FOR, false),
        usual.rollback(),
        usual.trial(),
        usual.quarantine(),
        usual.defaultStackOnly());
  }

  private static Candidate candidate(TlsStackOps stack, long serviceId, String... bundles) {
    return new Candidate(
        stack,
        List.of(bundles).stream().map(bundle -> new Origin(bundle, Set::of)).toList(),
        0,
        serviceId,
        Map.of("sallyport.stack", "said"));
  }

  private StackDTO only() {
    assertEquals(1, registry.candidates().size(), registry.candidates().toString());
    return registry.candidates().get(0);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(2);
    }
  }

  /** Counts its calls, and may wait when it is asked its name. */
  private final class Asked extends FakeStack {
    final AtomicInteger calls = new AtomicInteger();
    private final boolean waits;

    Asked(String name, boolean waits) {
      super(name);
      this.waits = waits;
    }

    @Override
    public int version() {
      calls.incrementAndGet();
      return super.version();
    }

    @Override
    public String name() {
      calls.incrementAndGet();
      asked.countDown();
      boolean ended = !waits;
      while (!ended) {
        try {
          ended = released.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          // A library that is written badly swallows it.
        }
      }
      return super.name();
    }
  }

  @Test
  void aStackThatAnswersIsACandidateWhenItsRegistrationReturnsAndIsSelected() throws Exception {
    registry.appear(candidate(new Asked("asked", false), 1, "good.one"));
    assertEquals("asked", only().name());
    await(() -> registry.active().orElse("").equals("asked"));
  }

  @Test
  void everyBundleThatBroughtItHasToPassBeforeAnythingOfItIsCalled() throws Exception {
    for (String[] bundles :
        List.of(
            new String[] {"bad"},
            new String[] {"good.one", "bad"},
            new String[] {"bad", "good.one"})) {
      Asked stack = new Asked("asked", false);
      registry.appear(candidate(stack, 7, bundles));
      assertEquals(CandidateState.REFUSED, only().state());
      assertEquals("said", only().name());
      assertEquals(bundles[0], only().bundle());
      assertTrue(only().reason().contains("Its bundle bad "), only().reason());
      TlsException refused =
          assertThrows(
              TlsException.class,
              () ->
                  registry.register(
                      Candidate.byHand(
                          stack,
                          List.of(bundles).stream()
                              .map(name -> new Origin(name, Set::of))
                              .toList())));
      assertEquals(TlsErrorCode.NOT_SUPPORTED, refused.code());
      assertEquals(0, stack.calls.get());
      registry.remove(7, null);
    }
  }

  @Test
  void theGateIsAskedAgainForEveryBundleWhenItChanges() throws Exception {
    registry.appear(candidate(new Asked("asked", false), 1, "good.one", "bad"));
    registry.policy(policy("bad"));
    assertEquals(CandidateState.REFUSED, only().state());
    registry.policy(policy("*"));
    await(() -> registry.active().orElse("").equals("asked"));
    registry.policy(policy("good.*"));
    await(() -> registry.active().isEmpty());
    assertEquals(CandidateState.REFUSED, only().state());
    assertEquals(2, events.lines.stream().filter(line -> line.startsWith("REFUSED")).count());
  }

  @Test
  void aStackThatBlocksHoldsNobodyUpAndIsRefusedAfterTheDeadline() throws Exception {
    long begun = System.nanoTime();
    registry.appear(candidate(new Asked("asked", true), 1, "good.one"));
    assertTrue(System.nanoTime() - begun < ASKED_FOR.multipliedBy(10).toNanos());
    registry.appear(candidate(new FakeStack("other"), 2, "good.two"));
    await(() -> registry.active().orElse("").equals("other"));
    await(() -> events.has(StackEventType.REFUSED, "did not say within " + ASKED_FOR.toMillis()));
    assertTrue(
        registry.candidates().stream()
            .anyMatch(
                stack -> stack.name().equals("said") && stack.state() == CandidateState.REFUSED));
    released.countDown(); // An answer that comes too late changes nothing.
    registry.remove(2, null);
    assertTrue(registry.active().isEmpty());
  }

  @Test
  void aStackThatGoesWhileItIsAskedIsNeverACandidate() throws Exception {
    Thread registering =
        new Thread(() -> registry.appear(candidate(new Asked("asked", true), 1, "good.one")));
    registering.start();
    assertTrue(asked.await(30, TimeUnit.SECONDS));
    registry.remove(1, null);
    released.countDown();
    registering.join();
    await(AppearanceTest::noThreadIsAsking);
    assertEquals(List.of(), registry.candidates());
  }

  private static boolean noThreadIsAsking() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Arrays::stream)
        .noneMatch(frame -> frame.getClassName().equals(Examination.class.getName()));
  }

  @Test
  void theSameStackOfTwoServicesGoesWithTheServiceThatGoes() throws Exception {
    FakeStack stack = new FakeStack("same");
    registry.appear(candidate(stack, 1, "good.one"));
    await(() -> registry.active().orElse("").equals("same"));
    registry.appear(candidate(stack, 2, "bad"));
    registry.appear(candidate(stack, 3, "good.two"));
    registry.remove(2, null);
    registry.remove(3, null);
    assertEquals("good.one", only().bundle());
    assertEquals(CandidateState.ACTIVE, only().state());
    assertFalse(events.has(StackEventType.FAILED_OVER, "same"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u001b[2Jjsse",
        "line\nbreak",
        "jss\u0435",
        "12345678901234567890123456789012345678901234567890"
            + "123456789012345678901234567890123456789012345678901"
      })
  void aNameThatCannotBeShownAsItIsIsRefusedAndNotShown(String name) throws Exception {
    registry.appear(candidate(new FakeStack(name), 1, "good.one"));
    assertEquals(CandidateState.REFUSED, only().state());
    assertEquals("said", only().name());
    assertTrue(only().reason().contains("a name has 1 to 100 letters"), only().reason());
    assertFalse(events.has(StackEventType.REFUSED, name));
    TlsException refused =
        assertThrows(
            TlsException.class, () -> registry.register(new FakeStack(name), "good.one", Set::of));
    assertEquals(TlsErrorCode.INVALID_ARG, refused.code());
    assertFalse(refused.getMessage().contains(name));
  }
}
