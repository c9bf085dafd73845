package io.sallyport.core.osgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.tls.stack.StackEvent;
import io.sallyport.tls.stack.StackEventType;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.service.log.Logger;

@Timeout(60)
class AudienceTest {
  private static final int MORE_THAN_WAIT = 1100;

  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final AtomicBoolean active = new AtomicBoolean(true);
  private final Audience audience = new Audience(logger(), active::get);
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  private Logger logger() {
    return (Logger)
        Proxy.newProxyInstance(
            Logger.class.getClassLoader(),
            new Class<?>[] {Logger.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("warn")) {
                warnings.add(String.valueOf(arguments[0]));
              }
              return method.getReturnType() == boolean.class ? Boolean.FALSE : null;
            });
  }

  @AfterEach
  void close() {
    audience.close();
  }

  private static StackEvent event(StackEventType type, String stack) {
    return new StackEvent(type, stack, "", 0, "It happened.", 0);
  }

  private void activated(String stack) {
    audience.happened(event(StackEventType.ACTIVATED, stack));
  }

  private String next() throws InterruptedException {
    return String.valueOf(heard.poll(30, TimeUnit.SECONDS));
  }

  @Test
  void listenersAreToldInOrderWhateverOthersThrow() throws Exception {
    audience.addEventListener(
        event -> {
          throw new NoClassDefFoundError("gone/Library");
        });
    audience.addStackListener(
        name -> {
          throw new NoClassDefFoundError("gone/Library");
        });
    audience.addStackListener(name -> heard.add("active " + name));
    audience.addEventListener(event -> heard.add(event.type() + " " + event.stack()));
    activated("a");
    audience.happened(event(StackEventType.DRAINED, "b"));
    activated("c");
    assertEquals(
        List.of("active a", "ACTIVATED a", "DRAINED b", "active c", "ACTIVATED c"),
        List.of(next(), next(), next(), next(), next()));
    assertEquals(List.of(), List.copyOf(heard));
    assertTrue(warnings.stream().allMatch(warning -> warning.contains("failed")));
    assertEquals(5, warnings.size());
  }

  @Test
  void whoComesLaterIsToldOfTheActiveStackInItsTurn() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    audience.addEventListener(event -> await(held));
    activated("old");
    activated("new"); // Waits, with the old one still being told.
    audience.addStackListener(heard::add);
    activated("newest");
    held.countDown();
    List<String> order = List.of("old", "new", "newest"); // Perhaps twice, but never backwards.
    int last = 0;
    while (last < 2) {
      int now = order.indexOf(next());
      assertTrue(now >= last, "After " + order.get(last) + " came one that was before");
      last = now;
    }
    assertEquals(List.of(), List.copyOf(heard));
  }

  @Test
  void whoComesWhenNothingHappensIsToldOfTheActiveStackAtOnce() throws Exception {
    tellAndWait("there");
    audience.addStackListener(heard::add);
    assertEquals("there", next());
  }

  private void tellAndWait(String stack) throws InterruptedException {
    CountDownLatch told = new CountDownLatch(1);
    audience.addEventListener(event -> told.countDown());
    activated(stack);
    await(told);
  }

  @Test
  void nothingIsToldOfAStackThatIsNotActiveAnyMore() throws Exception {
    tellAndWait("gone");
    active.set(false);
    audience.addStackListener(heard::add);
    activated("next");
    assertEquals("next", next());
  }

  /** Who tells has the permit for exchanges. */
  @Test
  void aListenerThatBlocksHoldsNobodyUpAndWhatDoesNotFitIsDroppedWithOneWarning() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    audience.addEventListener(
        event -> {
          heard.add(event.stack());
          await(held);
        });
    activated("first");
    assertEquals("first", next());
    for (int i = 0; i < MORE_THAN_WAIT; i++) {
      audience.happened(event(StackEventType.DRAINED, "stack" + i));
    }
    assertEquals(1, warnings.size(), warnings.toString());
    held.countDown();
    for (int i = 0; i < 1000; i++) {
      assertEquals("stack" + i, next());
    }
    activated("last");
    assertEquals("last", next());
    assertEquals(1, warnings.size(), warnings.toString());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
