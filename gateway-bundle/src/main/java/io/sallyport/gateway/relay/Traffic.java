package io.sallyport.gateway.relay;

import static java.util.Objects.requireNonNull;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What one route has carried, its limit, and its failures. It outlives changes of the route's
 * configuration. Thread-safe.
 */
public final class Traffic {
  private final String name;
  private final RouteLog log;
  private final FailureLog failures;
  private final Executor inASecond;
  private final Object emptied = new Object();
  private final AtomicInteger open = new AtomicInteger();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder failedHandshakes = new LongAdder();
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();
  private final Map<TlsErrorCode, LongAdder> errors = new EnumMap<>(TlsErrorCode.class);
  private volatile Optional<String> lastError = Optional.empty();
  private volatile int maxConnections;
  private volatile Runnable onRoom = () -> {};
  private volatile boolean full;

  /**
   * @param inASecond runs a task after a second
   */
  public Traffic(String name, int maxConnections, RouteLog log, Executor inASecond) {
    this.name = name;
    this.maxConnections = maxConnections;
    this.log = log;
    this.inASecond = inASecond;
    for (TlsErrorCode code : TlsErrorCode.values()) {
      errors.put(code, new LongAdder());
    }
    this.failures = new FailureLog(name, log::warn, System::nanoTime);
  }

  /** The route's name. */
  public String name() {
    return name;
  }

  /** Where the route's sentences go. */
  public RouteLog log() {
    return log;
  }

  /** Connections that are open now. */
  public int open() {
    return open.get();
  }

  /** Connections that were ever accepted. */
  public long accepted() {
    return accepted.sum();
  }

  /** Connections that failed before a byte could be relayed. */
  public long failedHandshakes() {
    return failedHandshakes.sum();
  }

  /** Plain bytes relayed from clients to the target. */
  public long bytesIn() {
    return bytesIn.sum();
  }

  /** Plain bytes relayed from the target to clients. */
  public long bytesOut() {
    return bytesOut.sum();
  }

  /** The newest failure, as it was logged. */
  public Optional<String> lastError() {
    return lastError;
  }

  /** How often each error ended a connection; codes that never did are absent. */
  public Map<TlsErrorCode, Long> errors() {
    Map<TlsErrorCode, Long> counts = new EnumMap<>(TlsErrorCode.class);
    errors.forEach(
        (code, count) -> {
          if (count.sum() > 0) {
            counts.put(code, count.sum());
          }
        });
    return counts;
  }

  /** Sets how many connections may be open; those that are stay so. */
  public void limit(int connections) {
    maxConnections = connections;
    if (hasRoom()) {
      onRoom.run();
    }
  }

  /** Waits until no connection is open, for a while; whether none is. */
  public boolean awaitEmpty(long millis) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    synchronized (emptied) {
      while (open.get() > 0) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        try {
          emptied.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
    }
    return true;
  }

  boolean hasRoom() {
    return open.get() < maxConnections;
  }

  /** Says whom to tell, on any thread, when there is room again after there was none. */
  void onRoom(Runnable listener) {
    onRoom = listener;
  }

  /** A connection was accepted. */
  void entered() {
    accepted.increment();
    if (open.incrementAndGet() >= maxConnections && !full) {
      full = true;
      log.warn(
          "Route "
              + name
              + ": "
              + maxConnections
              + " connections are open; further clients wait until one leaves"
              + " (max.connections).");
    }
  }

  /** A connection is gone. */
  void left() {
    int remaining = open.decrementAndGet();
    if (remaining == 0) {
      synchronized (emptied) {
        emptied.notifyAll();
      }
    }
    int limit = maxConnections;
    if (remaining == limit - 1) {
      onRoom.run();
    }
    if (full && remaining <= limit - Math.max(1, limit / 10)) {
      full = false; // A new episode begins only after some relief.
    }
  }

  void bytesIn(int count) {
    bytesIn.add(count);
  }

  void bytesOut(int count) {
    bytesOut.add(count);
  }

  /**
   * A connection has failed.
   *
   * @param ofClient whether it is the client's doing
   * @param early whether no byte could be relayed yet
   * @param on whose work it was, in words to end a sentence with; may be empty
   */
  void failed(
      SocketAddress client, boolean ofClient, boolean early, TlsException error, String on) {
    requireNonNull(errors.get(error.code())).increment();
    if (early) {
      failedHandshakes.increment();
    }
    String sentence =
        Addresses.text(client) + ": " + error.getMessage() + " [" + error.code() + "]" + on;
    lastError = Optional.of(sentence);
    String line = "Route " + name + ": " + sentence;
    boolean suppressed =
        failures.log(error.code(), ofClient ? () -> log.info(line) : () -> log.warn(line));
    if (suppressed) {
      inASecond.execute(failures::sumUp);
    }
  }
}
