package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.tls.TlsHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.Test;

/**
 * Lincheck runs the threads of each test one step at a time and goes through the orders in which
 * their steps can come: what jcstress finds by chance, this finds by searching, where an order is
 * to blame and not the memory model. A failure prints the order.
 */
class InterleavingsTest {
  private static final int ORDERS = Boolean.getBoolean("sallyport.endurance") ? 100_000 : 60;

  /** A checker that cannot instrument the classes of a new JDK would pass everything. */
  @Test
  void aPlantedRaceIsFound() {
    assertThrows(
        LincheckAssertionError.class,
        () ->
            Lincheck.runConcurrentTest(
                ORDERS,
                () -> {
                  int[] leases = {0};
                  together(() -> leases[0]++, () -> leases[0]++);
                  assertEquals(2, leases[0]);
                }));
  }

  @Test
  void leasesInOneCellEndOnceAfterTheLast() {
    leasesEndOnceAfterTheLast(1);
  }

  @Test
  void leasesInSeveralCellsEndOnceAfterTheLast() {
    leasesEndOnceAfterTheLast(2);
  }

  private static void leasesEndOnceAfterTheLast(int ids) {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          AtomicInteger held = new AtomicInteger();
          AtomicInteger emptied = new AtomicInteger();
          AtomicInteger early = new AtomicInteger();
          LeaseCounter leases =
              new LeaseCounter(
                  () -> {
                    emptied.incrementAndGet();
                    early.addAndGet(held.get());
                  });
          Runnable connection =
              () -> {
                int lease = leases.acquire();
                if (lease != LeaseCounter.REFUSED) {
                  held.incrementAndGet();
                  held.decrementAndGet();
                  leases.release(lease);
                }
              };
          together(ids, connection, connection, leases::close);
          assertEquals(1, emptied.get());
          assertEquals(0, early.get());
          assertEquals(LeaseCounter.REFUSED, leases.acquire());
        });
  }

  @Test
  void aGenerationEndsOnceWhateverIsUnderWay() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          RacedGeneration raced = new RacedGeneration(false);
          together(
              raced::useOnce,
              raced::renew,
              () -> {
                raced.generation().retire();
                raced.generation().drainDeadlinePassed();
              });
          assertEquals("", raced.verdict());
        });
  }

  @Test
  void whoHasAHandleIsToldAndWhoHasNoneIsNot() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          RacedGeneration raced = new RacedGeneration(true);
          AtomicInteger told = new AtomicInteger();
          AtomicReference<TlsHandle> handle = new AtomicReference<>();
          together(
              () -> handle.set(raced.open(told::incrementAndGet)),
              () -> {
                raced.generation().retire();
                raced.generation().drainDeadlinePassed();
              });
          assertEquals(handle.get() == null ? 0 : 1, told.get());
          if (handle.get() != null) {
            handle.get().close();
          }
          assertEquals("", raced.verdict());
        });
  }

  /** The exchange: one write, then the old one retires. A connection always finds one of them. */
  @Test
  void aConnectionDuringAnExchangeGetsTheOldStackOrTheNewOne() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          RacedGeneration old = new RacedGeneration(true);
          RacedGeneration next = new RacedGeneration(true);
          AtomicReference<RacedGeneration> active = new AtomicReference<>(old);
          AtomicInteger tries = new AtomicInteger();
          together(
              () -> {
                do {
                  tries.incrementAndGet();
                } while (!active.get().useOnce());
              },
              () -> {
                active.set(next);
                old.generation().retire();
              });
          assertTrue(tries.get() <= 2, "It tried " + tries + " times.");
          next.generation().retire();
          assertEquals("", old.verdict());
          assertEquals("", next.verdict());
        });
  }

  private static void together(Runnable... parts) {
    together(parts.length, parts);
  }

  private static void together(int ids, Runnable... parts) {
    List<Thread> threads = new ArrayList<>();
    for (Runnable part : parts) {
      threads.add(new NumberedThread(threads.size() % ids, part));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Leases are counted by thread id, and a search must find the same ids again. */
  private static final class NumberedThread extends Thread {
    private final long number;

    NumberedThread(long number, Runnable part) {
      super(part);
      this.number = number;
    }

    @Override
    public long getId() {
      return number;
    }
  }
}
