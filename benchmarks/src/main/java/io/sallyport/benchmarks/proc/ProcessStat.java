package io.sallyport.benchmarks.proc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code /proc/PID/stat} says about one process: its parent, the CPU time of all its threads
 * (also of those that have ended) and its resident memory.
 *
 * @param pid process id
 * @param command name of the executable as the kernel keeps it, without parentheses, at most 15
 *     characters
 * @param parent process id of the parent
 * @param userTicks CPU time in user mode, in clock ticks
 * @param systemTicks CPU time in kernel mode, in clock ticks
 * @param residentPages resident set size in memory pages
 */
public record ProcessStat(
    long pid, String command, long parent, long userTicks, long systemTicks, long residentPages) {

  /**
   * USER_HZ: fixed at 100 in the interface between Linux and its programs, whatever the kernel's
   * own tick is.
   */
  private static final long TICKS_PER_SECOND = 100;

  private static final long NANOS_PER_TICK = 1_000_000_000L / TICKS_PER_SECOND;

  // Positions as in proc(5), counted from the third field because the second may hold spaces and
  // parentheses.
  private static final int PARENT = 4 - 3;
  private static final int USER_TIME = 14 - 3;
  private static final int SYSTEM_TIME = 15 - 3;
  private static final int RESIDENT = 24 - 3;

  /**
   * Parses one line of {@code /proc/PID/stat}.
   *
   * @throws IllegalArgumentException if the line is not of that form
   */
  public static ProcessStat parse(String line) {
    int open = line.indexOf('(');
    int close = line.lastIndexOf(')');
    if (open < 2 || close < open || close + 2 > line.length()) {
      throw new IllegalArgumentException(
          "Not a line of /proc/PID/stat (no command in parentheses): " + line);
    }
    String[] fields = line.substring(close + 2).trim().split(" ", -1);
    if (fields.length <= RESIDENT) {
      throw new IllegalArgumentException(
          "Not a line of /proc/PID/stat (only " + (fields.length + 2) + " fields): " + line);
    }
    try {
      return new ProcessStat(
          Long.parseLong(line.substring(0, open).trim()),
          line.substring(open + 1, close),
          Long.parseLong(fields[PARENT]),
          Long.parseLong(fields[USER_TIME]),
          Long.parseLong(fields[SYSTEM_TIME]),
          Long.parseLong(fields[RESIDENT]));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Not a line of /proc/PID/stat (" + e.getMessage() + "): " + line, e);
    }
  }

  /**
   * Reads the entry of one process.
   *
   * @throws IOException if the process does not exist (any more)
   */
  public static ProcessStat read(long pid) throws IOException {
    return parse(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
  }

  /** User and system time together, in nanoseconds; a multiple of ten milliseconds. */
  public long cpuNanos() {
    return (userTicks + systemTicks) * NANOS_PER_TICK;
  }
}
