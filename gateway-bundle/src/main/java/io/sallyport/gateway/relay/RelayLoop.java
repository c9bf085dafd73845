package io.sallyport.gateway.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The relays of one event loop, and the one timer that watches all their deadlines. Confined to the
 * loop, except {@link #executor}, {@link #register}, {@link #forEach} and {@link #isBehind}.
 */
final class RelayLoop {
  /** How late a deadline may be noticed. */
  private static final long SWEEP_MS = 100;

  /**
   * The longest step of the clock. When a turn of the loop takes longer, as in a burst of new
   * clients, that is not the peers' fault and must not count as their delay.
   */
  private static final long LONGEST_STEP_MS = 250;

  /** A sweep that is so late says that a turn of the loop does not end. */
  private static final long BEHIND_NANOS = TimeUnit.MILLISECONDS.toNanos(4 * SWEEP_MS);

  /** How often buffers that the thread's cache has kept without need go back to the pool. */
  private static final int SWEEPS_PER_TRIM = 100;

  private final EventLoop loop;
  private final Supplier<DuplexChannel> sockets;
  private final Runnable trimBuffers;
  private final Waiters waiters;
  private @Nullable Relay first;
  private volatile @Nullable Future<?> sweeper;
  private int sweeps;
  private volatile long lastSweep;
  private long clock;

  /**
   * Begins without relays.
   *
   * @param waiters does what may wait
   * @param trimBuffers gives back the buffers that the calling thread's cache has kept without need
   */
  RelayLoop(
      EventLoop loop, Supplier<DuplexChannel> sockets, Waiters waiters, Runnable trimBuffers) {
    this.loop = loop;
    this.sockets = sockets;
    this.waiters = waiters;
    this.trimBuffers = trimBuffers;
  }

  Executor executor() {
    return loop;
  }

  /** Whether something holds it up: it is not the one for a new connection. */
  boolean isBehind() {
    return isSweeping() && System.nanoTime() - lastSweep > BEHIND_NANOS;
  }

  /** A sweeper that is done although it is there was ended by an error, or with its loop. */
  private boolean isSweeping() {
    Future<?> sweeping = sweeper;
    return sweeping != null && !sweeping.isDone();
  }

  /** Does something that may wait, on another thread; see {@link Waiters#execute}. */
  BooleanSupplier elsewhere(Object origin, Runnable task) {
    return waiters.execute(origin, task);
  }

  ChannelFuture register(Channel channel) {
    return loop.register(channel);
  }

  DuplexChannel newSocket() {
    DuplexChannel channel = sockets.get();
    SocketOptions.apply(channel);
    return channel;
  }

  /** Milliseconds of this loop's clock, which stands still while the loop is behind. */
  long now() {
    return clock;
  }

  /** When a time that begins now will be over; never early. */
  long deadline(long millis) {
    return clock + millis + SWEEP_MS;
  }

  void add(Relay relay) {
    Relay second = first;
    relay.next = second;
    if (second != null) {
      second.previous = relay;
    }
    first = relay;
    if (!isSweeping()) {
      lastSweep = System.nanoTime();
      sweeper = loop.scheduleWithFixedDelay(this::sweep, SWEEP_MS, SWEEP_MS, TimeUnit.MILLISECONDS);
    }
  }

  void remove(Relay relay) {
    Relay before = relay.previous;
    Relay after = relay.next;
    if (before != null) {
      before.next = after;
    } else if (first == relay) {
      first = after;
    }
    if (after != null) {
      after.previous = before;
    }
    relay.previous = null;
    relay.next = null;
  }

  private void sweep() {
    long begin = System.nanoTime();
    long step = TimeUnit.NANOSECONDS.toMillis(begin - lastSweep);
    lastSweep = begin;
    clock += Math.min(step, LONGEST_STEP_MS);
    visit(relay -> relay.sweep(clock));
    sweeps++;
    if (sweeps % SWEEPS_PER_TRIM == 0) {
      trimBuffers.run();
    }
    Future<?> sweeping = sweeper;
    if (first == null && sweeping != null) {
      sweeping.cancel(false);
      sweeper = null;
      // Once ages what the cache holds, twice empties it.
      trimBuffers.run();
      trimBuffers.run();
    }
  }

  /** Visits every relay, on the loop. */
  Future<?> forEach(Consumer<Relay> visitor) {
    return loop.submit(() -> visit(visitor));
  }

  private void visit(Consumer<Relay> visitor) {
    for (Relay relay = first; relay != null; ) {
      Relay next = relay.next; // The visitor may remove the relay.
      try {
        visitor.accept(relay);
      } catch (Throwable e) { // Or nobody watched the deadlines of the others any more.
        relay.visitFailed(e);
      }
      relay = next;
    }
  }
}
