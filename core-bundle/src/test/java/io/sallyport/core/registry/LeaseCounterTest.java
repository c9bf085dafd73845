package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeaseCounterTest {
  private final AtomicInteger emptied = new AtomicInteger();
  private final LeaseCounter counter = new LeaseCounter(emptied::incrementAndGet);

  @Test
  void itIsEmptyAtOnceWhenItIsClosedWithoutALease() {
    counter.close();
    assertEquals(1, emptied.get());
    assertEquals(LeaseCounter.REFUSED, counter.acquire());
  }

  @Test
  void itIsEmptyWithTheLastLeaseAfterItWasClosed() {
    int first = counter.acquire();
    int second = counter.acquire();
    counter.release(first);
    counter.close();
    assertEquals(0, emptied.get());
    counter.release(second);
    assertEquals(1, emptied.get());
  }

  @Test
  void aLeaseMayBeGivenBackByAnotherThread() throws Exception {
    int lease = counter.acquire();
    counter.close();
    Thread other = new Thread(() -> counter.release(lease));
    other.start();
    other.join();
    assertEquals(1, emptied.get());
  }

  @Test
  void underConcurrencyItIsEmptyExactlyOnceAndNeverBeforeTheLastLease() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int round = 0; round < 500; round++) {
      AtomicInteger held = new AtomicInteger();
      AtomicInteger ends = new AtomicInteger();
      AtomicInteger heldAtEnd = new AtomicInteger();
      LeaseCounter shared =
          new LeaseCounter(
              () -> {
                ends.incrementAndGet();
                heldAtEnd.set(held.get());
              });
      CyclicBarrier start = new CyclicBarrier(4);
      List<Future<?>> done = new ArrayList<>();
      for (int worker = 0; worker < 3; worker++) {
        done.add(
            threads.submit(
                () -> {
                  start.await();
                  for (int lease = shared.acquire();
                      lease != LeaseCounter.REFUSED;
                      lease = shared.acquire()) {
                    held.incrementAndGet();
                    held.decrementAndGet();
                    shared.release(lease);
                  }
                  return null;
                }));
      }
      done.add(
          threads.submit(
              () -> {
                start.await();
                shared.close();
                return null;
              }));
      for (Future<?> each : done) {
        each.get(10, TimeUnit.SECONDS);
      }
      assertEquals(1, ends.get());
      assertEquals(0, heldAtEnd.get());
    }
    threads.shutdown();
    assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
  }
}
