package io.sallyport.launcher.bootguard;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The guard's files: records, the marker, and a lock that keeps a second process out. A file is
 * written beside its place, forced to the disk and then moved, so it is there as a whole or not at
 * all. Confined to the guard, which synchronizes.
 */
final class StateFolder implements AutoCloseable {
  static final String RECORDS = "boot-guard.properties";
  static final String MARKER = "boot-guard.starting";
  private static final String LOCK = "boot-guard.lock";
  private static final String AT = "at";
  private static final int LARGEST = 1 << 20;

  private final Path folder;
  private final Optional<FileChannel> lock;

  private StateFolder(Path folder, Optional<FileChannel> lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Takes possession of a folder, which is made if need be.
   *
   * @throws IOException when it cannot be written, or another process has it
   */
  static StateFolder own(Path folder) throws IOException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // In this process.
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    if (!locked) {
      throw new IOException("another gateway uses it");
    }
    return new StateFolder(folder, Optional.of(channel));
  }

  /** Looks at a folder that may be another process's, or not there. */
  static StateFolder lookAt(Path folder) {
    return new StateFolder(folder, Optional.empty());
  }

  Path path() {
    return folder;
  }

  /**
   * What is remembered.
   *
   * @throws IOException when the file is there but cannot be understood
   */
  List<StartRecord> records() throws IOException {
    Properties lines = read(RECORDS);
    List<StartRecord> records = new ArrayList<>();
    for (String id : ids(lines)) {
      try {
        Verdict trust = Verdict.valueOf(text(lines, id, "trust"));
        int crashes = number(lines, id, "crashes");
        int failures = number(lines, id, "failures");
        int skips = number(lines, id, "skips");
        records.add(
            new StartRecord(
                bundle(lines, id),
                text(lines, id, "stack"),
                trust,
                crashes,
                failures,
                skips,
                Long.parseLong(text(lines, id, "last")),
                text(lines, id, "why")));
      } catch (IllegalArgumentException e) {
        throw new IOException("entry " + id + " is damaged", e);
      }
    }
    return records;
  }

  void save(Collection<StartRecord> records) throws IOException {
    Properties lines = new Properties();
    int id = 0;
    for (StartRecord record : records) {
      id++;
      put(lines, id, record.bundle());
      lines.setProperty(id + ".stack", record.stack());
      lines.setProperty(id + ".trust", record.trust().name());
      lines.setProperty(id + ".crashes", Integer.toString(record.crashes()));
      lines.setProperty(id + ".failures", Integer.toString(record.failures()));
      lines.setProperty(id + ".skips", Integer.toString(record.skips()));
      lines.setProperty(id + ".last", Long.toString(record.last()));
      lines.setProperty(id + ".why", record.why());
    }
    write(RECORDS, lines, "How stacks started; removing this file makes Sallyport forget it.");
  }

  /** The marker that a process left behind; one without bundles when it cannot be read. */
  Optional<Marker> marker() {
    if (!Files.exists(folder.resolve(MARKER))) {
      return Optional.empty();
    }
    try {
      Properties lines = read(MARKER);
      List<StackBundle> bundles = new ArrayList<>();
      for (String id : ids(lines)) {
        bundles.add(bundle(lines, id));
      }
      return Optional.of(new Marker(Long.parseLong(lines.getProperty(AT, "")), bundles));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of(new Marker(0, List.of()));
    }
  }

  void mark(Marker marker) throws IOException {
    Properties lines = new Properties();
    lines.setProperty(AT, Long.toString(marker.at()));
    int id = 0;
    for (StackBundle bundle : marker.bundles()) {
      id++;
      put(lines, id, bundle);
    }
    write(MARKER, lines, "Stacks that are starting; found at a start, the JVM died meanwhile.");
  }

  void unmark() throws IOException {
    if (Files.deleteIfExists(folder.resolve(MARKER))) {
      forceFolder();
    }
  }

  private static void put(Properties lines, int id, StackBundle bundle) {
    lines.setProperty(id + ".bundle", bundle.symbolicName());
    lines.setProperty(id + ".version", bundle.version());
    lines.setProperty(id + ".libraries", bundle.libraries());
  }

  private static StackBundle bundle(Properties lines, String id) {
    return new StackBundle(
        text(lines, id, "bundle"), text(lines, id, "version"), text(lines, id, "libraries"));
  }

  private static Collection<String> ids(Properties lines) {
    Collection<String> ids = new TreeSet<>();
    for (String name : lines.stringPropertyNames()) {
      int dot = name.indexOf('.');
      if (dot > 0) {
        ids.add(name.substring(0, dot));
      } else if (!name.equals(AT)) {
        throw new IllegalArgumentException("'" + name + "' is none of the guard's entries");
      }
    }
    return ids;
  }

  private static String text(Properties lines, String id, String name) {
    String text = lines.getProperty(id + "." + name);
    if (text == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return text;
  }

  private static int number(Properties lines, String id, String name) {
    int number = Integer.parseInt(text(lines, id, name));
    if (number < 0) {
      throw new IllegalArgumentException(name + " is negative");
    }
    return number;
  }

  private Properties read(String name) throws IOException {
    Path file = folder.resolve(name);
    Properties lines = new Properties();
    if (Files.exists(file)) {
      if (Files.size(file) > LARGEST) {
        throw new IOException("it is too large");
      }
      try {
        lines.load(new StringReader(Files.readString(file)));
      } catch (IllegalArgumentException e) {
        throw new IOException("it is damaged", e);
      }
    }
    return lines;
  }

  private void write(String name, Properties lines, String comment) throws IOException {
    StringWriter text = new StringWriter();
    lines.store(text, comment);
    Path draft = folder.resolve(name + ".new");
    try (FileChannel channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(sorted(text).getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(
        draft,
        folder.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    forceFolder();
  }

  /** For people: the comments first, then the entries of each bundle together. */
  private static String sorted(StringWriter text) {
    return text.toString().lines().sorted().collect(Collectors.joining("\n", "", "\n"));
  }

  /** What makes the new name last; where a folder cannot be opened, the file system sees to it. */
  private void forceFolder() {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Not on this system.
    }
  }

  @Override
  public void close() {
    lock.ifPresent(
        channel -> {
          try {
            channel.close();
          } catch (IOException e) {
            // The lock goes with the process.
          }
        });
  }
}
