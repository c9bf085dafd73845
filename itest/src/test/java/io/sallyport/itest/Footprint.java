package io.sallyport.itest;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this process holds at a moment. Things are counted by kind: digits in their names are left
 * out, so that a thread or a file of one revision of a bundle is of the same kind as that of the
 * next.
 *
 * @param threads live threads by name, without those that come and go: Pax Exam's connection, the
 *     framework's resolvers, core's proofs and the tests' backends
 * @param descriptors open file descriptors by what they refer to
 * @param libraries mapped native libraries
 * @param providers names of the registered JCA providers, in order
 * @param directBuffers number of direct buffers
 * @param directBytes their size
 * @param classes loaded classes
 * @param metaspaceBytes what these take
 * @param heapBytes used heap; it means something only right after a collection
 * @param residentBytes resident memory
 */
record Footprint(
    Map<String, Long> threads,
    Map<String, Long> descriptors,
    Map<String, Long> libraries,
    List<String> providers,
    long directBuffers,
    long directBytes,
    long classes,
    long metaspaceBytes,
    long heapBytes,
    long residentBytes) {
  private static final List<String> PASSING =
      List.of("RMI ", "FelixResolver-", "sallyport-proof", Backend.THREAD);

  /** Pools are filled by chance: by how many threads needed a buffer at one moment. */
  private static final int SPARE_BUFFERS = 16;

  /**
   * The platform's own code goes on being loaded, on JDK 25 once a hundred classes together. The
   * smallest stack has three: 200 revisions of it would be 600.
   */
  private static final int SPARE_CLASSES = 400;

  static Footprint now() throws IOException {
    BufferPoolMXBean direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    long metaspace =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals("Metaspace"))
            .mapToLong(pool -> pool.getUsage().getUsed())
            .sum();
    return new Footprint(
        byKind(
            Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> PASSING.stream().noneMatch(name::startsWith))),
        byKind(openFiles().stream()),
        byKind(mappedLibraries().stream()),
        Arrays.stream(Security.getProviders()).map(Provider::getName).toList(),
        direct.getCount(),
        direct.getMemoryUsed(),
        ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(),
        metaspace,
        usedHeap(),
        residentMemory());
  }

  /** Used heap after a collection, in bytes. */
  static long heapAfterCollection() {
    System.gc();
    return usedHeap();
  }

  private static long usedHeap() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long residentMemory() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .sum();
  }

  private static List<String> openFiles() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.map(Footprint::target).toList();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "closed meanwhile"; // Such as the one that the folder was read by.
    }
  }

  /** Each library once for each time that it is mapped. */
  private static List<String> mappedLibraries() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.contains(" r-xp ") && line.contains(".so"))
        .map(line -> line.substring(line.indexOf('/')))
        .toList();
  }

  private static Map<String, Long> byKind(Stream<String> names) {
    return names.collect(
        Collectors.groupingBy(
            name -> name.replaceAll("[0-9]+", "#"), TreeMap::new, Collectors.counting()));
  }

  /** One sentence for each thing that was left behind since then; memory is not among them. */
  List<String> leftSince(Footprint before) {
    List<String> left = new ArrayList<>();
    tellMore(left, "threads", before.threads, threads);
    tellMore(left, "descriptors", before.descriptors, descriptors);
    tellMore(left, "mapped libraries", before.libraries, libraries);
    if (!providers.equals(before.providers)) {
      left.add("The JCA providers were " + before.providers + " and are " + providers + ".");
    }
    if (directBuffers > before.directBuffers + SPARE_BUFFERS) {
      left.add("Direct buffers: " + before.directBuffers + " → " + directBuffers + ".");
    }
    if (classes > before.classes + SPARE_CLASSES) {
      left.add("Loaded classes: " + before.classes + " → " + classes + ".");
    }
    return left;
  }

  private static void tellMore(
      List<String> left, String what, Map<String, Long> before, Map<String, Long> after) {
    after.forEach(
        (kind, count) -> {
          long had = before.getOrDefault(kind, 0L);
          if (count > had) {
            left.add("More " + what + " '" + kind + "': " + had + " → " + count + ".");
          }
        });
  }

  private static long sum(Map<String, Long> kinds) {
    return kinds.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public String toString() {
    return ("%d threads, %d descriptors, %d libraries, %d providers, %d direct buffers of %d KiB,"
            + " %d classes of %d KiB, heap %d KiB, resident %d KiB")
        .formatted(
            sum(threads),
            sum(descriptors),
            sum(libraries),
            providers.size(),
            directBuffers,
            directBytes / 1024,
            classes,
            metaspaceBytes / 1024,
            heapBytes / 1024,
            residentBytes / 1024);
  }
}
