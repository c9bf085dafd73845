package io.sallyport.itest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;

/** Long-lived connections on which data flows, and which are to notice nothing. */
final class Bystanders implements AutoCloseable {
  private static final long PAUSE_NANOS = 20_000_000;

  private final List<SSLSocket> sockets;
  private final List<Thread> threads = new ArrayList<>();
  private final List<AtomicLong> pings = new ArrayList<>();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  /** Takes connections over. */
  Bystanders(List<SSLSocket> sockets) {
    this.sockets = sockets;
    for (SSLSocket socket : sockets) {
      AtomicLong count = new AtomicLong();
      pings.add(count);
      Thread thread = new Thread(() -> talk(socket, count), "bystander");
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void talk(SSLSocket socket, AtomicLong count) {
    try {
      while (!over) {
        Site.ping(socket);
        count.incrementAndGet();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (IOException e) {
      if (!over) {
        failures.add(e.toString());
      }
    }
  }

  /** Each of them goes on, and none has failed. */
  void assertUnharmed() throws Exception {
    List<Long> before = pings.stream().map(AtomicLong::get).toList();
    Await.until(
        "data flows on every connection; failures: " + failures,
        () -> {
          if (!failures.isEmpty()) {
            throw new AssertionError("Bystanders were harmed: " + failures);
          }
          for (int i = 0; i < before.size(); i++) {
            if (pings.get(i).get() <= before.get(i)) {
              return false;
            }
          }
          return true;
        });
  }

  @Override
  public void close() throws IOException {
    over = true;
    for (SSLSocket socket : sockets) {
      socket.close();
    }
  }
}
