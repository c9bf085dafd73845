package io.sallyport.gateway.relay;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.sallyport.tls.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The threads of the gateway: one that accepts, a few event loops that do everything else, and some
 * that wait for names and devices. Thread-safe.
 */
public final class EventLoops implements AutoCloseable {
  private static final int RESOLVERS = 2;
  private static final int RESOLVER_QUEUE = 1024;

  private static final long QUIET_MS = 0;
  private static final long END_MS = 2000;

  private final EventLoopGroup acceptors;
  private final EventLoopGroup workers;
  private final ThreadPoolExecutor resolver;
  private final Waiters waiters;
  private final Sockets sockets;
  private final PooledByteBufAllocator allocator;
  private final List<RelayLoop> loops = new ArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();

  private EventLoops(int threads, Sockets sockets) {
    this.sockets = sockets;
    this.acceptors = group(1, "sallyport-gateway-accept");
    this.workers = group(threads, "sallyport-gateway-loop");
    this.resolver = resolver();
    this.waiters = new Waiters("sallyport-gateway-wait");
    // Every thread that allocates is a loop of ours, so one arena for each is enough.
    this.allocator =
        new PooledByteBufAllocator(
            true,
            0,
            threads,
            PooledByteBufAllocator.defaultPageSize(),
            PooledByteBufAllocator.defaultMaxOrder(),
            PooledByteBufAllocator.defaultSmallCacheSize(),
            PooledByteBufAllocator.defaultNormalCacheSize(),
            false);
    for (EventExecutor worker : workers) {
      loops.add(
          new RelayLoop(
              (EventLoop) worker,
              () -> prepare(sockets.socket()),
              waiters,
              allocator::trimCurrentThreadCache));
    }
  }

  /**
   * Starts the threads: Linux's epoll where its library is present, else NIO.
   *
   * @param threads number of event loops, at least 1
   */
  public static EventLoops start(int threads) {
    return new EventLoops(
        threads, EpollSockets.isAvailable() ? new EpollSockets() : new NioSockets());
  }

  /** As {@link #start}, on NIO. */
  static EventLoops startNio(int threads) {
    return new EventLoops(threads, new NioSockets());
  }

  /** What carries the bytes, "epoll" or "nio", and by how many loops; for people. */
  public String description() {
    return loops.size() + " event loops on " + sockets.name();
  }

  /** A target of connections on these loops. */
  public Target target(Peer peer) {
    return new Target(peer, resolver);
  }

  /** Runs a task after a second, unless the loops have ended by then. */
  public void inASecond(Runnable task) {
    later(task, TimeUnit.SECONDS.toMillis(1));
  }

  /** Runs a task later on the accepting thread, unless the loops have ended by then. */
  void later(Runnable task, long millis) {
    try {
      Future<?> unused = acceptors.schedule(task, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // Nobody waits for it any more.
    }
  }

  ServerSocketChannel serverSocket() {
    return prepare(sockets.serverSocket());
  }

  EventLoopGroup acceptors() {
    return acceptors;
  }

  /** The loop for a new connection: one after another, but none that is held up. */
  RelayLoop next() {
    int first = turn.getAndIncrement();
    for (int i = 0; i < loops.size(); i++) {
      RelayLoop loop = loops.get(Math.floorMod(first + i, loops.size()));
      if (!loop.isBehind()) {
        return loop;
      }
    }
    return loops.get(Math.floorMod(first, loops.size()));
  }

  <C extends Channel> C prepare(C channel) {
    channel.config().setAllocator(allocator);
    return channel;
  }

  /** Visits every relay of a route, each on its own loop. */
  void forEachRelay(Traffic of, Consumer<Relay> visitor) {
    for (RelayLoop loop : loops) {
      Future<?> unused =
          loop.forEach(
              relay -> {
                if (relay.traffic() == of) {
                  visitor.accept(relay);
                }
              });
    }
  }

  PooledByteBufAllocator allocator() {
    return allocator;
  }

  EventLoopGroup workers() {
    return workers;
  }

  /** Ends the threads, waiting a few seconds at most. Connections must have been closed before. */
  @Override
  public void close() {
    resolver.shutdownNow();
    waiters.close();
    Future<?> unused = acceptors.shutdownGracefully(QUIET_MS, END_MS, TimeUnit.MILLISECONDS);
    unused = workers.shutdownGracefully(QUIET_MS, END_MS, TimeUnit.MILLISECONDS);
    for (EventLoopGroup group : List.of(acceptors, workers)) {
      try {
        group.awaitTermination(END_MS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static ThreadPoolExecutor resolver() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            RESOLVERS,
            RESOLVERS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(RESOLVER_QUEUE),
            plainThreads("sallyport-gateway-resolve"));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Threads that are not of Netty's kind: such ones would keep buffers for themselves. */
  static ThreadFactory plainThreads(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  private EventLoopGroup group(int threads, String name) {
    return new MultiThreadIoEventLoopGroup(
        threads, new DefaultThreadFactory(name, true), sockets.handlers());
  }

  /** A kind of socket. */
  interface Sockets {
    String name();

    IoHandlerFactory handlers();

    ServerSocketChannel serverSocket();

    io.netty.channel.socket.SocketChannel socket();
  }

  private static final class NioSockets implements Sockets {
    @Override
    public String name() {
      return "nio";
    }

    @Override
    public IoHandlerFactory handlers() {
      return NioIoHandler.newFactory();
    }

    @Override
    public ServerSocketChannel serverSocket() {
      return new NioServerSocketChannel();
    }

    @Override
    public io.netty.channel.socket.SocketChannel socket() {
      return new NioSocketChannel();
    }
  }
}
