package io.sallyport.benchmarks.proc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How much CPU time all other programs of this machine use: what {@code /proc/stat} counts, without
 * what our own processes used.
 */
public final class Bystanders {

  private static final long TICKS_PER_SECOND = 100;
  private static final double NANOS = 1e9;

  // Fields of the line "cpu" after its name, as in proc(5).
  private static final int IDLE = 3;
  private static final int IO_WAIT = 4;
  private static final int STEAL = 7;

  private final List<ProcessTree> own;
  private double busyBefore;
  private double ownBefore;
  private long timeBefore;

  /**
   * Begins to count.
   *
   * @param own processes that are not bystanders; none may be in another's tree
   */
  public Bystanders(List<ProcessTree> own) throws IOException {
    this.own = List.copyOf(own);
    cores();
  }

  /** How many cores they used since the last call, on average; steal counts for them, too. */
  public double cores() throws IOException {
    double busy = busySeconds(Files.readAllLines(Path.of("/proc/stat")).get(0));
    double used = own.stream().mapToLong(ProcessTree::cpuNanos).sum() / NANOS;
    long time = System.nanoTime();
    double cores =
        ((busy - busyBefore) - (used - ownBefore)) / Math.max(1e-3, (time - timeBefore) / NANOS);
    busyBefore = busy;
    ownBefore = used;
    timeBefore = time;
    return Math.max(0, cores);
  }

  /**
   * Adds up all but the idle times of the line {@code cpu}.
   *
   * @throws IllegalArgumentException if it is not of that form
   */
  static double busySeconds(String line) {
    String[] fields = line.trim().split(" +", -1);
    if (!fields[0].equals("cpu") || fields.length <= STEAL + 1) {
      throw new IllegalArgumentException("Not the first line of /proc/stat: " + line);
    }
    long ticks = 0;
    for (int i = 0; i <= STEAL; i++) { // The guests' times are counted in the others already.
      if (i != IDLE && i != IO_WAIT) {
        ticks += Long.parseLong(fields[i + 1]);
      }
    }
    return (double) ticks / TICKS_PER_SECOND;
  }
}
