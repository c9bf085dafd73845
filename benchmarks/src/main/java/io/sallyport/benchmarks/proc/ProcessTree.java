package io.sallyport.benchmarks.proc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process and all its living descendants, measured as one. nginx is a master and a worker, a
 * start script may be a shell and a JVM: both count as a whole.
 */
public final class ProcessTree {

  private final long root;

  public ProcessTree(ProcessHandle root) {
    this.root = root.pid();
  }

  /** CPU time that the processes which live now have used so far, in nanoseconds. */
  public long cpuNanos() {
    return members().stream().mapToLong(ProcessStat::cpuNanos).sum();
  }

  /**
   * Resident memory in KiB, from {@code /proc/PID/smaps_rollup} where the kernel offers it, because
   * the counters in {@code stat} lag behind by some pages per thread. Pages shared between two
   * processes of the tree count twice, which a difference of two readings cancels.
   */
  public long residentKib() {
    return members().stream().mapToLong(member -> residentKib(member.pid())).sum();
  }

  /** The process id of the Java virtual machine in this tree. */
  public long javaPid() {
    return members().stream()
        .filter(member -> member.command().equals("java"))
        .mapToLong(ProcessStat::pid)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "No java process below process " + root + "; did it end?"));
  }

  private List<ProcessStat> members() {
    List<ProcessStat> found = new ArrayList<>();
    collect(root, found);
    if (found.isEmpty()) {
      throw new IllegalStateException(
          "Process " + root + " has ended while it was being measured; see its log");
    }
    return found;
  }

  private static void collect(long pid, List<ProcessStat> into) {
    try {
      into.add(ProcessStat.read(pid));
    } catch (IOException e) {
      return; // ended between the listing and the reading
    }
    ProcessHandle.of(pid).stream()
        .flatMap(ProcessHandle::children)
        .forEach(child -> collect(child.pid(), into));
  }

  private static long residentKib(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))) {
        if (line.startsWith("Rss:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
      throw new IllegalStateException("No line 'Rss:' in /proc/" + pid + "/smaps_rollup");
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read the resident memory of process "
              + pid
              + " (same user, kernel 4.14 or newer?)",
          e);
    }
  }
}
