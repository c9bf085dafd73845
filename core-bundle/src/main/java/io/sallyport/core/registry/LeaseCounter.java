package io.sallyport.core.registry;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Counts leases until it is closed, and then tells when the last one has been given back. Each
 * thread counts in a cell of its own as far as there are cells, so that threads do not wait for
 * each other; a lease is given back to the cell that it came from, so every cell counts exactly.
 *
 * <p>A cell is empty for good when it is closed and its count is 0: closing sets a bit that stops
 * further leases in the same atomic word that counts them.
 */
final class LeaseCounter {
  /** What {@link #acquire} answers after {@link #close}. */
  static final int REFUSED = -1;

  private static final int CLOSED = 1 << 30;

  /** Ints in a cache line: cells of different threads must not share one. */
  private static final int STRIDE = 16;

  /** More than threads that run at once: threads whose numbers differ by so many share a cell. */
  private static final int CELLS =
      Math.min(
          64, Math.max(16, Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 4));

  private final AtomicIntegerArray cells = new AtomicIntegerArray(CELLS * STRIDE);
  private final AtomicInteger cellsInUse = new AtomicInteger(CELLS);
  private final Runnable onEmpty;

  /**
   * Begins with no lease.
   *
   * @param onEmpty called once, when it is closed and no lease is left
   */
  LeaseCounter(Runnable onEmpty) {
    this.onEmpty = onEmpty;
  }

  /** Takes a lease; the answer is what {@link #release} wants, or {@link #REFUSED}. */
  int acquire() {
    int cell = ((int) Thread.currentThread().getId() & (CELLS - 1)) * STRIDE;
    int count = cells.get(cell);
    while (count < CLOSED) {
      int seen = cells.compareAndExchange(cell, count, count + 1);
      if (seen == count) {
        return cell;
      }
      count = seen;
    }
    return REFUSED;
  }

  /** Gives a lease back. */
  void release(int lease) {
    if (cells.decrementAndGet(lease) == CLOSED) {
      cellEmptied();
    }
  }

  /** Gives out no more leases. Called once. */
  void close() {
    for (int cell = 0; cell < CELLS * STRIDE; cell += STRIDE) {
      if (cells.getAndAdd(cell, CLOSED) == 0) {
        cellEmptied();
      }
    }
  }

  private void cellEmptied() {
    if (cellsInUse.decrementAndGet() == 0) {
      onEmpty.run();
    }
  }
}
