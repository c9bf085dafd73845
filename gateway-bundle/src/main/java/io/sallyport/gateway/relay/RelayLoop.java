package io.sallyport.gateway.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The relays of one event loop, and the one timer that watches all their deadlines. Confined to the
 * loop, except {@link #executor}, {@link #register} and {@link #forEach}.
 */
final class RelayLoop {
  /** How late a deadline may be noticed. */
  private static final long SWEEP_MS = 100;

  private final EventLoop loop;
  private final Supplier<DuplexChannel> sockets;
  private @Nullable Relay first;
  private @Nullable Future<?> sweeper;

  RelayLoop(EventLoop loop, Supplier<DuplexChannel> sockets) {
    this.loop = loop;
    this.sockets = sockets;
  }

  Executor executor() {
    return loop;
  }

  ChannelFuture register(Channel channel) {
    return loop.register(channel);
  }

  DuplexChannel newSocket() {
    DuplexChannel channel = sockets.get();
    SocketOptions.apply(channel);
    return channel;
  }

  /** Milliseconds of a clock that only goes forward. */
  long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  void add(Relay relay) {
    Relay second = first;
    relay.next = second;
    if (second != null) {
      second.previous = relay;
    }
    first = relay;
    if (sweeper == null) {
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
    long now = now();
    visit(relay -> relay.sweep(now));
    if (first == null && sweeper != null) {
      sweeper.cancel(false);
      sweeper = null;
    }
  }

  /** Visits every relay, on the loop. */
  Future<?> forEach(Consumer<Relay> visitor) {
    return loop.submit(() -> visit(visitor));
  }

  private void visit(Consumer<Relay> visitor) {
    for (Relay relay = first; relay != null; ) {
      Relay next = relay.next; // The visitor may remove the relay.
      visitor.accept(relay);
      relay = next;
    }
  }
}
