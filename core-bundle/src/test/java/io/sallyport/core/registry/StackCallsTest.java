package io.sallyport.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.core.registry.StackCalls.Operation;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StackCallsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long START = 5 * SECOND;

  private final StackCalls calls = new StackCalls();
  private final List<StackFault> hung = new ArrayList<>();

  private void look(long now) {
    calls.look(now, hung::add);
  }

  @Test
  void aCallThatDoesNotReturnIsInterruptedOnce() {
    int call = calls.begin(Operation.READ);
    look(START);
    look(START + SECOND / 2);
    assertEquals(SECOND / 2, calls.longest());
    assertFalse(Thread.currentThread().isInterrupted());
    look(START + SECOND + 1);
    assertTrue(Thread.currentThread().isInterrupted());
    assertEquals("read", hung.get(0).operation());
    assertEquals(
        "it has not returned for 1000 ms, so its thread was interrupted", hung.get(0).what());
    look(START + 2 * SECOND);
    assertEquals(1, hung.size());
    assertEquals(1, calls.interruptions());
    assertEquals(2 * SECOND, calls.longest());
    calls.end(call);
    assertFalse(Thread.currentThread().isInterrupted(), "the mark must not outlive the call");
    look(START + 3 * SECOND);
    assertEquals(0, calls.longest());
  }

  @Test
  void callsThatReturnAreLeftAlone() {
    for (int i = 0; i < 20; i++) {
      int call = calls.begin(Operation.WRITE);
      look(START + i * SECOND / 2);
      calls.end(call);
    }
    assertEquals(0, calls.interruptions());
  }

  @Test
  void callsWithinCallsAreSeenBoth() {
    int outer = calls.begin(Operation.HANDSHAKE);
    int inner = calls.begin(Operation.CLOSE);
    assertNotEquals(outer, inner);
    calls.end(inner);
    look(START);
    look(START + SECOND / 2);
    look(START + SECOND + 1);
    assertEquals("handshake", hung.get(0).operation());
    calls.end(outer);
    assertFalse(Thread.currentThread().isInterrupted());
  }

  @Test
  void whenTheWholeProgramStoodStillNobodyIsBlamed() {
    int call = calls.begin(Operation.READ);
    look(START);
    look(START + 60 * SECOND);
    assertEquals(0, calls.interruptions());
    assertEquals(0, calls.longest());
    calls.end(call);
  }

  @Test
  void moreCallsThanSlotsGoOnUnseen() {
    List<Integer> many = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      many.add(calls.begin(Operation.READ));
    }
    assertTrue(many.contains(StackCalls.UNSEEN));
    many.forEach(calls::end);
    assertNotEquals(StackCalls.UNSEEN, calls.begin(Operation.READ));
  }

  @Test
  void aThreadThatHasEndedIsNotHeld() throws Exception {
    List<WeakReference<Thread>> threads = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Thread thread = new Thread(() -> calls.end(calls.begin(Operation.READ)));
      threads.add(new WeakReference<>(thread));
      thread.start();
      thread.join();
    }
    look(START);
    for (int i = 0; i < 100 && threads.stream().anyMatch(ref -> ref.get() != null); i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertTrue(threads.stream().allMatch(ref -> ref.get() == null));
  }

  /** Interrupts fall at any point of thousands of calls; none reaches what comes after its call. */
  @Test
  void noInterruptOutlivesItsCall() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger leaked = new AtomicInteger();
    AtomicInteger reached = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    CountDownLatch running = new CountDownLatch(4);
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                running.countDown();
                for (int round = 0; !over.get(); round++) {
                  int call = calls.begin(Operation.READ);
                  for (int spin = 0; spin < round % 2000; spin++) {
                    Thread.onSpinWait();
                  }
                  reached.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
                  calls.end(call);
                  leaked.addAndGet(Thread.interrupted() ? 1 : 0);
                }
              });
      threads.add(thread);
      thread.start();
    }
    running.await();
    long now = START;
    while (reached.get() < 200) { // Time flies: whoever is seen twice is interrupted.
      now += SECOND / 2 + 1;
      look(now);
    }
    over.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(0, leaked.get());
    assertTrue(calls.interruptions() >= reached.get());
  }
}
