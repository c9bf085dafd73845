package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.core.key.FakeProvider;
import io.sallyport.core.key.KeyProviders;
import io.sallyport.testkit.pki.CertificateAuthority;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.KeyReference;
import io.sallyport.tls.Peer;
import io.sallyport.tls.ServerConfig;
import io.sallyport.tls.TlsConfig;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.Transport;
import io.sallyport.tls.Trust;
import io.sallyport.tls.stack.CaStoreOps;
import io.sallyport.tls.stack.CandidateState;
import io.sallyport.tls.stack.Capabilities;
import io.sallyport.tls.stack.StackDTO;
import io.sallyport.tls.stack.StackEventType;
import io.sallyport.tls.stack.SwapOptions;
import io.sallyport.tls.stack.SwapResult;
import io.sallyport.tls.stack.TlsStackContext;
import io.sallyport.tls.stack.TlsStackOps;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StackRegistryTest {
  private static final Peer PEER = new Peer("peer", 1);
  private static final Transport NOWHERE =
      new Transport() {
        @Override
        public int read(ByteBuffer dst) {
          return 0;
        }

        @Override
        public int write(ByteBuffer src) {
          return 0;
        }
      };

  private final RecordedEvents events = new RecordedEvents();
  private final StackRegistry registry =
      new StackRegistry(Policy.DEFAULT, events, List::of, ConfigResolver.NOTHING);
  private final TlsConfig config = config();
  private long serviceIds;

  private static TlsConfig config() {
    try {
      return ClientConfig.builder()
          .authorities(List.of(CertificateAuthority.root("CN=CA").authorityCertificate()))
          .build();
    } catch (TlsException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private FakeStack add(String name, int ranking) {
    FakeStack stack = new FakeStack(name);
    add(stack, ranking);
    return stack;
  }

  private void add(TlsStackOps stack, int ranking) {
    registry.add(
        new Candidate(
            stack, "bundle", ranking, serviceIds++, Map.of("service.ranking", ranking), Set::of));
  }

  private void awaitActive(String name) throws InterruptedException {
    await(() -> registry.registered().map(TlsStackOps::name).orElse("").equals(name));
  }

  private static void await(java.util.function.BooleanSupplier condition)
      throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(2);
    }
  }

  private TlsHandle open() throws TlsException {
    return registry.open(config, PEER, NOWHERE, () -> {}, Optional.empty());
  }

  private SwapResult swap(String name) throws TlsException {
    return registry.swap(Choice.name(name), SwapOptions.DEFAULT);
  }

  private static Policy defaultStackOnly() {
    Policy usual = Policy.DEFAULT;
    return new Policy(
        usual.choice(),
        usual.failover(),
        usual.greedy(),
        usual.gate(),
        usual.exchange(),
        usual.rollback(),
        usual.trial(),
        usual.quarantine(),
        true);
  }

  private StackDTO dto(String name) {
    return registry.candidates().stream()
        .filter(candidate -> candidate.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static TlsErrorCode code(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(TlsException.class, call).code();
  }

  /** A route keeps its configuration while its device comes and goes, and nobody waits for it. */
  @Test
  void keysThatGoAreMissedAtOnceAndFoundAgainInTheBackground() throws Exception {
    FakeProvider provider = new FakeProvider("atecc608a", List.of());
    KeyProviders providers = new KeyProviders();
    providers.add(provider);
    TlsConfig keyed = ServerConfig.builder().hardwareKey(KeyReference.secureElement()).build();
    try (StackRegistry own =
        new StackRegistry(Policy.DEFAULT, events, List::of, providers::resolve)) {
      FakeStack stack = new FakeStack("own");
      own.register(stack, "", Set::of);
      own.use("", keyed);
      TlsHandle before = own.open(keyed, PEER, NOWHERE, () -> {}, Optional.empty());

      providers.remove(provider);
      own.keysChanged(provider.name());
      TlsException missing =
          assertThrows(
              TlsException.class, () -> own.open(keyed, PEER, NOWHERE, () -> {}, Optional.empty()));
      assertEquals(TlsErrorCode.SE_FAILED, missing.code());
      assertTrue(missing.getMessage().contains("atecc608a"), missing.getMessage());

      provider.there = false; // Its bundle is back, the device not yet.
      providers.add(provider);
      own.keysChanged(provider.name());
      provider.there = true;
      await(
          () -> {
            try {
              own.open(keyed, PEER, NOWHERE, () -> {}, Optional.empty()).close();
              return true;
            } catch (TlsException e) {
              return false;
            }
          });
      before.close();
      own.release("", keyed);
      await(() -> stack.openContexts.get() == 0);
      assertEquals(0, stack.misuse.get());
    }
  }

  @Test
  void aStackThatReplacesOneOfItsNameInheritsThatItWasChosenByHand() throws Exception {
    add("best", 10);
    awaitActive("best");
    FakeStack first = add("keyed", -100);
    swap("keyed");
    FakeStack second = add("keyed", -100);
    registry.remove(first, null);
    assertSame(second, registry.registered().orElseThrow());
    registry.remove(second, null);
    awaitActive("best");
  }

  @Test
  void theOriginalsOwnRegistrationTestPasses() throws Exception {
    FakeStack stack = new FakeStack("own");
    assertEquals(TlsErrorCode.INVALID_ARG, code(() -> registry.register(null, "", Set::of)));
    assertTrue(registry.registered().isEmpty());
    assertEquals(TlsErrorCode.INVALID_STATE, code(registry::unregister));
    registry.register(stack, "", Set::of);
    assertSame(stack, registry.registered().orElseThrow());
    assertEquals(TlsErrorCode.INVALID_STATE, code(() -> registry.register(stack, "", Set::of)));
    registry.unregister();
    assertTrue(registry.registered().isEmpty());
  }

  @Test
  void theVersionIsCheckedBeforeCompletenessAndBothBeforeTheState() throws Exception {
    registry.register(new FakeStack("first"), "", Set::of);
    FakeStack otherVersionAndIncomplete =
        new FakeStack("other") {
          @Override
          public int version() {
            return OPS_VERSION + 1;
          }

          @Override
          public Capabilities capabilities() {
            return null;
          }
        };
    assertEquals(
        TlsErrorCode.INVALID_VERSION,
        code(() -> registry.register(otherVersionAndIncomplete, "", Set::of)));
    FakeStack incomplete =
        new FakeStack("incomplete") {
          @Override
          public Capabilities capabilities() {
            return null;
          }
        };
    assertEquals(TlsErrorCode.INVALID_ARG, code(() -> registry.register(incomplete, "", Set::of)));
    FakeStack olderTable =
        new FakeStack("older") {
          @Override
          public String libraryVersion() {
            throw new AbstractMethodError("libraryVersion");
          }
        };
    assertEquals(TlsErrorCode.INVALID_ARG, code(() -> registry.register(olderTable, "", Set::of)));
    assertEquals(
        TlsErrorCode.INVALID_STATE,
        code(() -> registry.register(new FakeStack("second"), "", Set::of)));
  }

  @Test
  void withDefaultStacksOnlyEveryCallIsRefusedFirst() throws Exception {
    registry.policy(defaultStackOnly());
    assertEquals(TlsErrorCode.NOT_SUPPORTED, code(() -> registry.register(null, "", Set::of)));
    assertEquals(TlsErrorCode.NOT_SUPPORTED, code(registry::unregister));
    add("whiteboard", 0);
    awaitActive("whiteboard");
  }

  @Test
  void ofManyThreadsThatRegisterExactlyOneSucceeds() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      AtomicInteger successes = new AtomicInteger();
      List<Callable<TlsErrorCode>> calls =
          IntStream.range(0, 16)
              .<Callable<TlsErrorCode>>mapToObj(
                  i ->
                      () -> {
                        try {
                          registry.register(new FakeStack("racer" + i), "", Set::of);
                          successes.incrementAndGet();
                          return TlsErrorCode.INVALID_STATE;
                        } catch (TlsException e) {
                          return e.code();
                        }
                      })
              .toList();
      for (Future<TlsErrorCode> call : threads.invokeAll(calls)) {
        assertEquals(TlsErrorCode.INVALID_STATE, call.get(30, TimeUnit.SECONDS));
      }
      assertEquals(1, successes.get());
      assertEquals(1, registry.candidates().size());
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void theBestRankedOfSeveralThatArriveTogetherBecomesActiveAtOnce() throws Exception {
    add("low", 1);
    add("high", 3);
    add("middle", 2);
    awaitActive("high");
    assertEquals(List.of("ACTIVATED high"), events.lines);
  }

  @Test
  void aGreedyPlatformFollowsTheRankAndAReluctantOneStays() throws Exception {
    registry.policy(Policy.DEFAULT.withGreedy(false));
    add("low", 1);
    awaitActive("low");
    add("high", 2);
    Thread.sleep(300); // Longer than the settling time: nothing must happen.
    assertEquals("low", registry.registered().orElseThrow().name());
    registry.policy(Policy.DEFAULT);
    awaitActive("high");
  }

  @Test
  void aSwapByHandHoldsUntilItsStackVanishes() throws Exception {
    add("high", 9);
    FakeStack low = add("low", 1);
    awaitActive("high");
    swap("low");
    add("higher", 10);
    Thread.sleep(300); // Longer than the settling time: nothing must happen.
    assertEquals("low", registry.registered().orElseThrow().name());
    registry.remove(low, null);
    assertEquals("higher", registry.registered().orElseThrow().name());
  }

  @Test
  void whenTheActiveStackVanishesTheNextByRankIsActiveBeforeTheCallReturns() throws Exception {
    FakeStack high = add("high", 3);
    FakeStack middle = add("middle", 2);
    add("low", 1);
    awaitActive("high");
    registry.remove(high, null);
    assertEquals("middle", registry.registered().orElseThrow().name());
    registry.remove(middle, null);
    assertEquals("low", registry.registered().orElseThrow().name());
  }

  @Test
  void afterAnUnregistrationNothingIsSelectedUntilSomebodyDecides() throws Exception {
    add("one", 1);
    awaitActive("one");
    registry.unregister();
    add("two", 2);
    Thread.sleep(300); // Longer than the settling time: nothing must happen.
    assertTrue(registry.registered().isEmpty());
    assertEquals(TlsErrorCode.INVALID_STATE, code(this::open));
    swap("one");
    assertEquals("one", registry.registered().orElseThrow().name());
  }

  @Test
  void aFailedProofLeavesTheActiveStackAloneAndKeepsTheReason() throws Exception {
    add("good", 1);
    awaitActive("good");
    AtomicInteger prepared = new AtomicInteger();
    add(
        new FakeStack("broken") {
          @Override
          public TlsStackContext prepare(TlsConfig unused) throws TlsException {
            prepared.incrementAndGet();
            throw new TlsException(TlsErrorCode.SSL_SETUP_FAILED, "It is broken.");
          }
        },
        9);
    await(() -> dto("broken").reason().contains("It is broken."));
    assertEquals(CandidateState.STANDBY, dto("broken").state());
    assertEquals("good", registry.registered().orElseThrow().name());
    assertEquals(TlsErrorCode.SSL_SETUP_FAILED, code(() -> swap("broken")));
    assertTrue(prepared.get() >= 2);
  }

  @Test
  void aStackOfAnotherVersionIsRefusedAndShows() throws Exception {
    add(
        new FakeStack("alien") {
          @Override
          public int version() {
            return 2;
          }
        },
        99);
    add("good", 1);
    awaitActive("good");
    assertEquals(CandidateState.REFUSED, dto("alien").state());
    assertTrue(dto("alien").reason().contains("version 2"));
    assertEquals(TlsErrorCode.INVALID_ARG, code(() -> swap("alien")));
  }

  @Test
  void aConfigurationThatTheCandidateCannotPrepareStopsTheSwap() throws Exception {
    add("good", 9);
    awaitActive("good");
    add(
        new FakeStack("picky") {
          @Override
          public TlsStackContext prepare(TlsConfig asked) throws TlsException {
            if (asked == config) {
              throw new TlsException(TlsErrorCode.NOT_SUPPORTED, "Not this one.");
            }
            return super.prepare(asked);
          }
        },
        1);
    swap("picky");
    swap("good");
    registry.use("", config);
    assertEquals(TlsErrorCode.NOT_SUPPORTED, code(() -> swap("picky")));
    assertEquals("good", registry.registered().orElseThrow().name());
    registry.release("", config);
    swap("picky");
  }

  @Test
  void anOpenConnectionKeepsItsStackAndTheLastOneLetsItGo() throws Exception {
    FakeStack one = add("one", 2);
    FakeStack two = add("two", 1);
    awaitActive("one");
    registry.use("", config);
    TlsHandle first = open();
    TlsHandle second = open();
    SwapResult result = swap("two");
    assertEquals(2, result.draining());
    assertEquals(CandidateState.DRAINING, dto("one").state());
    assertEquals(2, dto("one").connections());
    assertEquals("one", first.session().stack());
    first.close();
    first.close();
    assertEquals(1, one.openContexts.get());
    second.close();
    assertEquals(0, one.openContexts.get());
    assertEquals(CandidateState.STANDBY, dto("one").state());
    assertEquals(1, two.openContexts.get());
    assertEquals(0, one.misuse.get() + two.misuse.get());
    assertTrue(events.lines.contains("DRAINED one"));
  }

  @Test
  void afterTheDrainDeadlineTheOwnersAreTold() throws Exception {
    registry.policy(Policy.DEFAULT.withDrainDeadline(Duration.ofMillis(50)));
    add("one", 2);
    add("two", 1);
    awaitActive("one");
    AtomicBoolean told = new AtomicBoolean();
    TlsHandle handle = registry.open(config, PEER, NOWHERE, () -> told.set(true), Optional.empty());
    swap("two");
    await(told::get);
    await(() -> events.has(StackEventType.DRAIN_DEADLINE_PASSED, "its last connection is ended"));
    handle.close();
  }

  @Test
  void underContinuousSwapsNoContextIsClosedInUseAndAllAreClosedInTheEnd() throws Exception {
    FakeStack one = add("one", 2);
    FakeStack two = add("two", 1);
    awaitActive("one");
    registry.use("", config);
    AtomicBoolean stop = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<Integer>> workers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      workers.add(
          threads.submit(
              () -> {
                int opened = 0;
                while (!stop.get()) {
                  TlsHandle handle = open();
                  handle.read(ByteBuffer.allocate(1));
                  handle.close();
                  opened++;
                }
                return opened;
              }));
    }
    for (int i = 0; i < 200; i++) {
      swap(i % 2 == 0 ? "two" : "one");
    }
    stop.set(true);
    for (Future<Integer> worker : workers) {
      assertTrue(worker.get(20, TimeUnit.SECONDS) > 0);
    }
    threads.shutdownNow();
    assertEquals(0, one.misuse.get());
    assertEquals(0, two.misuse.get());
    registry.release("", config);
    assertEquals(0, one.openContexts.get());
    assertEquals(0, two.openContexts.get());
  }

  @Test
  void configurationsForSingleConnectionsAreNotKeptForEver() throws Exception {
    FakeStack one = add("one", 1);
    awaitActive("one");
    for (int i = 0; i < 600; i++) {
      registry.openOnce(config(), PEER, NOWHERE, () -> {}, Optional.empty()).close();
    }
    assertTrue(one.openContexts.get() <= 256, () -> "still prepared: " + one.openContexts.get());
    assertEquals(0, one.misuse.get());
  }

  @Test
  void aStackThatArrivesWhileAnotherIsProvedIsConsideredToo() throws Exception {
    CountDownLatch proving = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    add(
        new FakeStack("slow") {
          @Override
          public TlsStackContext prepare(TlsConfig asked) throws TlsException {
            proving.countDown();
            try {
              assertTrue(goOn.await(10, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return super.prepare(asked);
          }
        },
        1);
    assertTrue(proving.await(10, TimeUnit.SECONDS));
    add("better", 2);
    goOn.countDown();
    awaitActive("better");
  }

  @Test
  void aConfigurationThatNoStackCanServeDoesNotEndTheServiceOfTheOthers() throws Exception {
    TlsConfig impossible = config();
    registry.use("", config);
    registry.use("", impossible);
    for (int rank = 1; rank <= 2; rank++) {
      add(
          new FakeStack("picky" + rank) {
            @Override
            public TlsStackContext prepare(TlsConfig asked) throws TlsException {
              if (asked == impossible) {
                throw new TlsException(TlsErrorCode.NOT_SUPPORTED, "Not this one.");
              }
              return super.prepare(asked);
            }
          },
          rank);
    }
    awaitActive("picky2");
    await(() -> events.lines.contains("CONFIGURATION_FAILED picky2"));
    assertTrue(events.lines.contains("PROOF_FAILED picky1"));
    open().close();
    assertEquals(
        TlsErrorCode.NOT_SUPPORTED,
        code(() -> registry.open(impossible, PEER, NOWHERE, () -> {}, Optional.empty())));
    // A choice by hand is strict: nothing may get worse by it.
    assertEquals(TlsErrorCode.NOT_SUPPORTED, code(() -> swap("picky1")));
    assertEquals("picky2", registry.registered().orElseThrow().name());
  }

  @Test
  void anOwnerThatFailsWhenItIsToldToEndDoesNotKeepTheOthersFromIt() throws Exception {
    registry.policy(Policy.DEFAULT.withDrainDeadline(Duration.ZERO));
    add("one", 2);
    add("two", 1);
    awaitActive("one");
    AtomicInteger told = new AtomicInteger();
    List<TlsHandle> handles = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      handles.add(
          registry.open(
              config,
              PEER,
              NOWHERE,
              () -> {
                told.incrementAndGet();
                throw new IllegalStateException("The owner is broken.");
              },
              Optional.empty()));
    }
    swap("two");
    await(() -> told.get() == 10);
    handles.forEach(TlsHandle::close);
  }

  @Test
  void aStackThatBreaksInItsProofDoesNotBecomeActive() throws Exception {
    add("good", 1);
    awaitActive("good");
    add(
        new FakeStack("unlinked") {
          @Override
          public TlsStackContext prepare(TlsConfig asked) {
            throw new AssertionError("no library");
          }
        },
        0);
    assertEquals(TlsErrorCode.SSL_SETUP_FAILED, code(() -> swap("unlinked")));
    assertTrue(dto("unlinked").reason().contains("no library"));
    assertEquals("good", registry.registered().orElseThrow().name());
  }

  @Test
  void theGlobalStoreIsGivenToAStackBeforeItPreparesAndAfterEachChange() throws Exception {
    List<X509Certificate> content = new CopyOnWriteArrayList<>();
    List<Integer> given = new CopyOnWriteArrayList<>();
    AtomicInteger prepared = new AtomicInteger();
    FakeStack stack =
        new FakeStack("one") {
          @Override
          public CaStoreOps caStore() {
            CaStoreOps none = super.caStore();
            return new CaStoreOps() {
              @Override
              public void init() {
                none.init();
              }

              @Override
              public void set(List<X509Certificate> certificates) {
                given.add(certificates.size());
              }

              @Override
              public List<X509Certificate> get() {
                return none.get();
              }

              @Override
              public void free() {
                none.free();
              }
            };
          }

          @Override
          public TlsStackContext prepare(TlsConfig asked) throws TlsException {
            if (asked.trust() instanceof Trust.GlobalStore) {
              prepared.incrementAndGet();
            }
            return super.prepare(asked);
          }
        };
    try (StackRegistry own =
        new StackRegistry(Policy.DEFAULT, events, () -> content, ConfigResolver.NOTHING)) {
      own.add(new Candidate(stack, "bundle", 0, 0, Map.of(), Set::of));
      own.swap(Choice.name("one"), SwapOptions.DEFAULT);
      assertEquals(List.of(0), given);
      own.use("", config);
      own.use("", ClientConfig.builder().globalCaStore().build());
      assertEquals(1, prepared.get());
      content.add(CertificateAuthority.root("CN=New").authorityCertificate());
      own.globalStoreChanged();
      assertEquals(List.of(0, 1), given);
      assertEquals(2, prepared.get());
      assertEquals(2, stack.openContexts.get());
    }
    assertEquals(0, stack.openContexts.get());
  }
}
