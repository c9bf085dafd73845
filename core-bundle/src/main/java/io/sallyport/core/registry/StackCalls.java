package io.sallyport.core.registry;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The calls into a stack that are under way. One that does not return within {@link #LIMIT_NANOS}
 * gets its thread interrupted, once: a stack that sleeps or waits then lets go of the event loop
 * that it holds up. The interrupt reaches the call that it is meant for or nothing: whoever ends a
 * call settles it first.
 *
 * <p>Beginning and ending a call take no lock and allocate nothing: each thread has a slot that it
 * finds free again, as a rule. Where all of a thread's slots are taken its call goes on unseen.
 */
final class StackCalls {
  /** What {@link #begin} answers when nobody sees the call. */
  static final int UNSEEN = -1;

  /** An operation that takes longer would hold up all connections of an event loop. */
  static final long LIMIT_NANOS = 1_000_000_000L;

  private static final int SLOTS = 32;
  private static final int PROBES = 8;

  /** Longs in a cache line: slots of different threads must not share one. */
  private static final int STRIDE = 8;

  private static final int FREE = 0;
  private static final int CLAIMED = 1;
  private static final int RUNNING = 2;
  private static final int INTERRUPTING = 3;
  private static final int INTERRUPTED = 4;
  private static final int PHASE_BITS = 3;
  private static final int OPERATION_BITS = 5;
  private static final int NUMBER_SHIFT = PHASE_BITS + OPERATION_BITS;

  /** A look that comes so late says that the whole program stood still. */
  private static final long LATE_NANOS = 1_000_000_000L;

  private static final Operation[] OPERATIONS = Operation.values();

  /** Number of the call, its operation, and how far it is: one word for each slot. */
  private final AtomicLongArray states = new AtomicLongArray(SLOTS * STRIDE);

  /** Whose slot it is: written by who claimed it. */
  private final @Nullable Thread[] threads = new Thread[SLOTS];

  // Who looks, only.
  private final long[] seen = new long[SLOTS];
  private final long[] since = new long[SLOTS];
  private long lastLook;

  private final AtomicInteger interruptions = new AtomicInteger();
  private volatile long longest;

  /** What a stack is called for. */
  enum Operation {
    NEW_HANDLE("newHandle"),
    HANDSHAKE("handshake"),
    READ("read"),
    WRITE("write"),
    FLUSH("flush"),
    SHUTDOWN_OUTPUT("shutdownOutput"),
    SESSION("session"),
    CLIENT_SESSION("clientSession"),
    UNWRAP("unwrap"),
    BYTES_AVAILABLE("bytesAvailable"),
    HEARD_FROM_PEER("heardFromPeer"),
    MAY_BLOCK("mayBlock"),
    CLOSE("close"),
    CLOSE_CONTEXT("close");

    private final String method;

    Operation(String method) {
      this.method = method;
    }

    /** As in the interface. */
    String method() {
      return method;
    }
  }

  /** Told of a call that was interrupted. */
  interface Listener {
    void hung(StackFault fault);
  }

  /** A call begins; the answer is what {@link #end} wants. */
  int begin(Operation operation) {
    Thread caller = Thread.currentThread();
    int first = (int) caller.getId();
    for (int probe = 0; probe < PROBES; probe++) {
      int slot = (first + probe) & (SLOTS - 1);
      long state = states.get(slot * STRIDE);
      if (phase(state) != FREE) {
        continue;
      }
      long running = next(state, operation) | RUNNING;
      // The thread may be read only if the slot has not changed hands since.
      boolean own = threads[slot] == caller;
      long claim = own ? running : next(state, operation) | CLAIMED;
      if (states.compareAndSet(slot * STRIDE, state, claim)) {
        if (!own) {
          threads[slot] = caller;
          states.set(slot * STRIDE, running);
        }
        return slot;
      }
    }
    return UNSEEN;
  }

  /** The call has returned, on the thread that began it. */
  void end(int call) {
    if (call == UNSEEN) {
      return;
    }
    int at = call * STRIDE;
    long state = states.get(at);
    if (phase(state) == RUNNING && states.compareAndSet(at, state, with(state, FREE))) {
      return;
    }
    settle(at);
  }

  /** It was interrupted: not until that is over may the thread go on, without the mark of it. */
  private void settle(int at) {
    while (phase(states.get(at)) != INTERRUPTED) {
      Thread.onSpinWait();
    }
    Thread.interrupted();
    states.set(at, with(states.get(at), FREE));
  }

  /**
   * Looks at what is under way, and interrupts what takes too long. One thread at a time.
   *
   * @param now nanoseconds
   */
  void look(long now, Listener listener) {
    boolean late = now - lastLook > LATE_NANOS;
    lastLook = now;
    long most = 0;
    for (int slot = 0; slot < SLOTS; slot++) {
      long state = states.get(slot * STRIDE);
      int phase = phase(state);
      if (phase == FREE) {
        forget(slot, state);
      } else if (late || seen[slot] != number(state)) {
        seen[slot] = number(state);
        since[slot] = now;
      } else {
        long age = now - since[slot];
        most = Math.max(most, age);
        if (phase == RUNNING && age > LIMIT_NANOS) {
          interrupt(slot, state, age, listener);
        }
      }
    }
    longest = most;
  }

  private void interrupt(int slot, long state, long age, Listener listener) {
    int at = slot * STRIDE;
    if (!states.compareAndSet(at, state, with(state, INTERRUPTING))) {
      return; // It has just returned.
    }
    try {
      interruptions.incrementAndGet();
      listener.hung( // Before the call says what it thinks of it.
          new StackFault(
              OPERATIONS[(int) (state >>> PHASE_BITS) & ((1 << OPERATION_BITS) - 1)].method(),
              String.format(
                  Locale.ROOT,
                  "it has not returned for %d ms, so its thread was interrupted",
                  age / 1_000_000)));
    } finally {
      wake(slot);
      states.set(at, with(state, INTERRUPTED)); // In any case: the call's end waits for it.
    }
  }

  /** A thread that waits in a channel of a stack's own closes it on the way. */
  private void wake(int slot) {
    Thread caller = threads[slot];
    if (caller != null) {
      try {
        caller.interrupt();
      } catch (Throwable e) { // A broken stack may throw anything.
        // Its thread was marked before, and there is nothing else to be done.
      }
    }
  }

  /** A thread that has ended must not be held, nor what it held. */
  private void forget(int slot, long state) {
    Thread owner = threads[slot];
    if (owner != null
        && !owner.isAlive()
        && states.compareAndSet(slot * STRIDE, state, with(state, CLAIMED))) {
      threads[slot] = null;
      states.set(slot * STRIDE, state);
    }
  }

  /** How long the longest call had been under way when it was looked for last, in nanoseconds. */
  long longest() {
    return longest;
  }

  /** How many calls have been interrupted. */
  int interruptions() {
    return interruptions.get();
  }

  @SuppressWarnings("EnumOrdinal") // It goes no further than this object.
  private static long next(long state, Operation operation) {
    return ((number(state) + 1) << NUMBER_SHIFT) | ((long) operation.ordinal() << PHASE_BITS);
  }

  private static long number(long state) {
    return state >>> NUMBER_SHIFT;
  }

  private static int phase(long state) {
    return (int) state & ((1 << PHASE_BITS) - 1);
  }

  private static long with(long state, int phase) {
    return (state & -(1L << PHASE_BITS)) | phase;
  }
}
