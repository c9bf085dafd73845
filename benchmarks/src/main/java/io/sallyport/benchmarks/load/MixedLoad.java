package io.sallyport.benchmarks.load;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway sees on a busy day, with every byte checked: so many new connections a second that
 * carry a message and go, one in {@link #BULK_EVERY} of them a big one; and a number of connections
 * that stay, most of which carry a small message each second and some of which carry bulk. Of those
 * that stay, the oldest is ended now and then, after another one has taken its place.
 *
 * <p>New connections come at their times whether or not the server keeps up; their handshakes are
 * measured from the time at which they were due. Only when very many are under way are some
 * skipped, and counted.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, and that is seen
final class MixedLoad implements Load {

  private static final int MOST_UNDER_WAY = 400;
  private static final int OPENING_AT_A_TIME = 32;

  /** A busy machine is no failure. */
  private static final int DEADLINE_MILLIS = 60_000;

  private static final long END_DEADLINE_SECONDS = 90;

  private static final int SMALL_LEAST = 16;
  private static final int SMALL_RANGE = 2000;
  private static final int BULK_EVERY = 20;
  private static final int BULK_BYTES = 256 * 1024;

  private static final int LASTING_BULK_EVERY = 50;
  private static final int LASTING_BULK_BYTES = 64 * 1024;
  private static final long LASTING_BULK_MILLIS = 100;
  private static final long LASTING_SMALL_MILLIS = 1000;
  private static final long RENEW_MILLIS = 500;

  private final TlsClient client;
  private final int port;
  private final int perSecond;
  private final int lasting;
  private final EventExecutor loop;
  private final Ledger ledger = new Ledger();
  private final Samples samples = new Samples();
  private final AtomicInteger open = new AtomicInteger();
  private final long start = System.nanoTime();

  private volatile String label = "none";
  private volatile boolean stopping;
  private volatile int staying;

  // All below: the event loop only.
  private final ArrayDeque<Lasting> stayers = new ArrayDeque<>();
  private long due;
  private long number;
  private int brief;
  private int opening;
  private long renewAt = start;

  MixedLoad(TlsClient client, int port, int perSecond, int lasting) {
    this.client = client;
    this.port = port;
    this.perSecond = perSecond;
    this.lasting = lasting;
    this.loop = client.loop();
    loop.execute(this::tick);
  }

  /** From now on the handshakes that begin are counted under this name. */
  void label(String name) {
    label = name;
  }

  Samples samples() {
    return samples;
  }

  /** Everything that was counted, and how many connections stay at present. */
  String account() {
    return ledger.describe() + " open=" + open.get() + " staying=" + staying;
  }

  private void tick() {
    if (stopping) {
      return;
    }
    long now = System.nanoTime();
    for (; dueAt(due) - now <= 0; due++) {
      if (brief >= MOST_UNDER_WAY) {
        ledger.skipped();
      } else {
        brief++;
        connect(new Brief(++number, dueAt(due)));
      }
    }
    boolean renew = staying >= lasting && now - renewAt >= 0;
    if (lasting > 0 && (staying + opening < lasting || renew) && opening < OPENING_AT_A_TIME) {
      renewAt = now + TimeUnit.MILLISECONDS.toNanos(RENEW_MILLIS);
      opening++;
      connect(new Lasting(++number));
    }
    loop.schedule(this::tick, dueAt(due) - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  private long dueAt(long count) {
    return start + count * TimeUnit.SECONDS.toNanos(1) / perSecond;
  }

  private void connect(EchoClient with) {
    ledger.begun();
    open.incrementAndGet();
    ChannelFuture connecting = client.connect(port, DEADLINE_MILLIS, () -> with);
    connecting.addListener(
        connected -> {
          if (!connected.isSuccess()) {
            ledger.failed("connect: " + connected.cause());
            with.gone();
          }
        });
  }

  @Override
  public long done() {
    return ledger.endedInOrder();
  }

  @Override
  public long failed() {
    return ledger.failures();
  }

  @Override
  public String lastFailure() {
    return ledger.lastFailure();
  }

  @Override
  public void stop() throws InterruptedException {
    stopping = true;
    loop.execute(() -> List.copyOf(stayers).forEach(Lasting::endWhenQuiet));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_DEADLINE_SECONDS);
    while (open.get() > 0 && System.nanoTime() < deadline) {
      Thread.sleep(1);
    }
  }

  private static boolean oneIn(int many, long number) {
    return number % many == 0;
  }

  private static int small(long number) {
    return SMALL_LEAST + (int) (number * 31 % SMALL_RANGE);
  }

  /** Comes, carries one message both ways, and goes. */
  private final class Brief extends EchoClient {
    private final long dueAt;
    private final int bytes;
    private final String under = label;

    Brief(long number, long dueAt) {
      super(new SeededStream(number), ledger);
      this.dueAt = dueAt;
      this.bytes = lasting > 0 && oneIn(BULK_EVERY, number) ? BULK_BYTES : small(number);
    }

    @Override
    void secured(ChannelHandlerContext ctx) {
      samples.add(under, System.nanoTime() - dueAt);
      send(ctx, bytes);
    }

    @Override
    void echoed(ChannelHandlerContext ctx) {
      end(ctx);
    }

    @Override
    void gone() {
      brief--;
      open.decrementAndGet();
    }
  }

  /** Stays until another one takes its place. */
  private final class Lasting extends EchoClient {
    private final boolean bulk;
    private final int bytes;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> next;
    private boolean last;

    Lasting(long number) {
      super(new SeededStream(number), ledger);
      this.bulk = oneIn(LASTING_BULK_EVERY, number);
      this.bytes = bulk ? LASTING_BULK_BYTES : small(number);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // single writer
    void secured(ChannelHandlerContext ctx) {
      context = ctx;
      opening--;
      staying++;
      stayers.addLast(this);
      send(ctx, bytes);
      if (stopping) {
        endWhenQuiet();
      } else if (staying > lasting) {
        stayers.stream()
            .filter(stayer -> !stayer.last)
            .findFirst()
            .ifPresent(Lasting::endWhenQuiet);
      }
    }

    void endWhenQuiet() {
      if (!last) {
        last = true;
        if (next != null) {
          next.cancel(false);
        }
        ChannelHandlerContext ctx = context;
        if (ctx != null && isQuiet()) {
          end(ctx);
        }
      }
    }

    @Override
    void echoed(ChannelHandlerContext ctx) {
      if (last) {
        end(ctx);
      } else {
        next =
            ctx.executor()
                .schedule(
                    () -> send(ctx, bytes),
                    bulk ? LASTING_BULK_MILLIS : LASTING_SMALL_MILLIS,
                    TimeUnit.MILLISECONDS);
      }
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // single writer
    void gone() {
      open.decrementAndGet();
      if (next != null) {
        next.cancel(false);
      }
      if (context == null) {
        opening--;
      } else {
        staying--;
        stayers.remove(this);
      }
    }
  }
}
